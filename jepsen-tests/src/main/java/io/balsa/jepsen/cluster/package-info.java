/**
 * What the tests here look at besides {@link io.balsa.junit.cluster.RealCluster}: the files of its nodes, and runs of the command line.
 */
@NullMarked
package io.balsa.jepsen.cluster;

import org.jspecify.annotations.NullMarked;
