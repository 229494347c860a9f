/** The cluster itself: who is in it, how its nodes are, who leads. Start with {@link io.balsa.client.cluster.Cluster}. */
@NullMarked
package io.balsa.client.cluster;

import org.jspecify.annotations.NullMarked;
