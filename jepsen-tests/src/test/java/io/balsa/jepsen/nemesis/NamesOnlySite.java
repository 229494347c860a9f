package io.balsa.jepsen.nemesis;

import io.balsa.client.routing.AddressResolver;
import io.balsa.jepsen.site.Disks;
import io.balsa.jepsen.site.Network;
import io.balsa.jepsen.site.TortureSite;
import io.balsa.jepsen.site.WallClocks;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Nodes on this machine's loopback, with the network that a test gives it: no packet heeds that. No disks. */
record NamesOnlySite(Network network, Optional<WallClocks> clocks, String prefix) implements TortureSite {
  private static final int PORT = 29_717;

  static NamesOnlySite of(Network network) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new NamesOnlySite(network, Optional.empty(),
        "127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + ".");
  }

  @Override
  public String address(int number) {
    return prefix + number + ":" + PORT;
  }

  @Override
  public String backend() {
    return "names only";
  }

  @Override
  public Optional<Disks> disks() {
    return Optional.empty();
  }

  @Override
  public AddressResolver clients() {
    return AddressResolver.AS_IS;
  }

  @Override
  public void close() {}
}
