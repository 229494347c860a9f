package io.balsa.jepsen.site;

import io.balsa.client.routing.AddressResolver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Every node on an address of its own on the loopback, and a proxy between each two of them, which they are told of by --peer-route, and
 * between the clients of the workload and each. Needs no root; with it, the nodes have {@link Disks}. There is room for {@value
 * ProxyAddresses#NODES_MOST} nodes, those that joined later and those that are gone included. Whoever looks from this machine dials a
 * node's {@link #address} and meets no proxy; so does a node that asks to join, until it knows the members. Thread-safe.
 */
public final class ProxySite implements TortureSite {
  private final ProxyAddresses addresses = ProxyAddresses.draw();
  private final ProxyNetwork network = new ProxyNetwork(addresses);
  private final @Nullable LoopDisks disks;

  private ProxySite(@Nullable LoopDisks disks) {
    this.disks = disks;
  }

  /**
   * Sets up a site, and removes what runs left behind that were killed.
   *
   * @param diskBytes size of each node's disk; without disks where this machine cannot mount images, see {@link Sites#canMount}
   */
  public static ProxySite open(long diskBytes) {
    if (Sites.canMount().isPresent()) {
      return openBare();
    }
    Leftovers.remove();
    String tag = "proxies" + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 28));
    return new ProxySite(new LoopDisks(RunName.own(tag), diskBytes));
  }

  /** Without disks, root or not. */
  static ProxySite openBare() {
    return new ProxySite(null);
  }

  @Override
  public String backend() {
    return "proxies";
  }

  @Override
  public String address(int number) {
    return addresses.node(number);
  }

  /** The proxies of a node are there since it was first asked for these. */
  @Override
  public List<String> flags(int number) {
    network.join(number);
    return List.of("--peer-route", addresses.routes(number));
  }

  @Override
  public Path data(Path directory, int number) {
    return disks == null ? TortureSite.super.data(directory, number) : disks.data(directory, number);
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Optional<Disks> disks() {
    return Optional.ofNullable(disks);
  }

  @Override
  public AddressResolver clients() {
    return addresses::forClients;
  }

  @Override
  public void close() {
    CloseAll.of(disks == null ? List.of(network) : List.of(network, disks));
  }
}
