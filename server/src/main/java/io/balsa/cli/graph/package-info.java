/** Who waits for whom at the locks, computed from what the cluster tells of them: start with {@link io.balsa.cli.graph.WaitForGraph}. Pure. */
@NullMarked
package io.balsa.cli.graph;

import org.jspecify.annotations.NullMarked;
