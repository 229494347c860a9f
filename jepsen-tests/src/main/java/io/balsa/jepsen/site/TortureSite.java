package io.balsa.jepsen.site;

import io.balsa.client.routing.AddressResolver;
import io.balsa.junit.cluster.Site;
import java.util.Optional;

/** A {@link Site} of which the network, and perhaps the disks, can be troubled. It is made by a run and closed with it. */
public interface TortureSite extends Site, AutoCloseable {
  /** How it is done, in a word, as the report says it: {@code namespaces} or {@code proxies}. */
  String backend();

  Network network();

  /** Empty where the nodes share a file system. */
  Optional<Disks> disks();

  /** Empty where the nodes have this machine's. */
  default Optional<WallClocks> clocks() {
    return Optional.empty();
  }

  /** How the clients of the workload reach the nodes: on links that {@link Link#CLIENTS} names the end of. */
  AddressResolver clients();

  /** Removes all that it made. The nodes have ended. */
  @Override
  void close();
}
