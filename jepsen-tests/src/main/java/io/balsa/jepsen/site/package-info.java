/**
 * Where the nodes of a run are, and what can be done to the network and the disks between and below them: in network namespaces of
 * this machine, or on its loopback behind proxies.
 *
 * <p>Invariants: nothing outside the run's own names and addresses is touched; what a run leaves behind when it is killed is found by
 * its name and removed by the next one; what cannot be done here is said before it is asked for.
 *
 * <p>Start at {@link io.balsa.jepsen.site.TortureSite}. {@link io.balsa.jepsen.site.Sites} says which of them this machine can have.
 * Namespaces: {@link io.balsa.jepsen.site.NamespaceNetwork} puts rules on the wire of a {@link io.balsa.jepsen.site.Switch}. Proxies:
 * {@link io.balsa.jepsen.site.ProxyNetwork} moves what {@link io.balsa.jepsen.site.Pipe}s take in as their
 * {@link io.balsa.jepsen.site.Line} lets it. Disks: {@link io.balsa.jepsen.site.LoopDisk}. Names, and what is done by them after a crash:
 * {@link io.balsa.jepsen.site.RunName}, {@link io.balsa.jepsen.site.Leftovers}.
 */
@NullMarked
package io.balsa.jepsen.site;

import org.jspecify.annotations.NullMarked;
