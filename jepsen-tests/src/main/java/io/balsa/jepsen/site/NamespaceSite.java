package io.balsa.jepsen.site;

import io.balsa.client.routing.AddressResolver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every node in a network namespace of its own, all on one {@link Switch}. Needs root. Whoever looks from this machine at a node's
 * {@link #address} reaches it whatever is cut; the clients of the workload dial other addresses, see {@link Subnets}, and those can be
 * troubled. Thread-safe.
 */
public final class NamespaceSite implements TortureSite {
  private final RunName run;
  private final Subnets subnets;
  private final Switch hub;
  private final NamespaceNetwork network;
  private final @Nullable LoopDisks disks;
  private final Map<Integer, Namespace> nodes = new TreeMap<>();

  private NamespaceSite(RunName run, Subnets subnets, Switch hub, @Nullable LoopDisks disks) {
    this.run = run;
    this.subnets = subnets;
    this.hub = hub;
    this.network = new NamespaceNetwork(hub, subnets);
    this.disks = disks;
  }

  /**
   * Sets up a site, and removes what runs left behind that were killed.
   *
   * @param diskBytes size of each node's disk; without disks where this machine cannot mount images, see {@link Sites#canMount}
   * @throws IllegalStateException it cannot be set up: {@link Sites#canNamespaces} says why before
   */
  public static NamespaceSite open(long diskBytes) {
    Leftovers.remove();
    return open(diskBytes, Sites.canMount().isEmpty());
  }

  /** Without disks and without cleaning up: to see whether it can be done. */
  static NamespaceSite openBare() {
    return open(0, false);
  }

  private static NamespaceSite open(long diskBytes, boolean withDisks) {
    for (Subnets subnets : Subnets.free()) {
      RunName run = RunName.own("ns" + subnets.x());
      Optional<Switch> hub = Switch.setUp(run, subnets);
      if (hub.isPresent()) {
        try {
          return new NamespaceSite(run, subnets, hub.get(), withDisks ? new LoopDisks(run, diskBytes) : null);
        } catch (RuntimeException e) {
          hub.get().close();
          throw e;
        }
      }
    }
    throw new IllegalStateException("all of 198.18.0.0/15 is in use");
  }

  @Override
  public String backend() {
    return "namespaces";
  }

  @Override
  public String address(int number) {
    return subnets.address(number);
  }

  @Override
  public String listen(int number) {
    return Subnets.listen();
  }

  @Override
  public List<String> flags(int number) {
    return List.of("--peer-advertise", address(number));
  }

  /** The node's namespace is made when it is first started. */
  @Override
  public List<String> launcher(int number) {
    return node(number).launcher();
  }

  private synchronized Namespace node(int number) {
    Namespace there = nodes.get(number);
    if (there != null) {
      return there;
    }
    String id = NodeIds.of(number);
    Namespace node = Namespace.make(run.part(id));
    nodes.put(number, node);
    hub.plug(id, node, List.of(subnets.peer(number), subnets.client(number)));
    network.portsChanged();
    return node;
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
    return subnets::forClients;
  }

  @Override
  public synchronized void close() {
    List<AutoCloseable> parts = new ArrayList<>(nodes.values());
    parts.add(hub);
    if (disks != null) {
      parts.add(disks);
    }
    nodes.clear();
    CloseAll.of(parts);
  }
}
