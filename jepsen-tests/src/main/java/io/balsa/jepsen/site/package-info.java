/**
 * Where the nodes of a run are, and what can be done to the network and the disks between and below them: in network namespaces of
 * this machine, or on its loopback behind proxies.
 *
 * <p>Invariants: nothing outside the run's own names and addresses is touched; what a run leaves behind when it is killed is found by
 * its name and removed by the next one; what cannot be done here is said before it is asked for.
 *
 * <p>Start at {@link io.balsa.jepsen.site.TortureSite}.
 */
@NullMarked
package io.balsa.jepsen.site;

import org.jspecify.annotations.NullMarked;
