package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Commands.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The switch that all nodes of a site and the machine itself are plugged into: a bridge in a namespace of its own, so that what is done
 * to the packets that cross it is done on the wire. Neither end's TCP knows better than that nothing came, and all of it goes with the
 * namespace. Not thread-safe.
 */
final class Switch implements AutoCloseable {
  /** Where the machine is plugged in, and so all clients. */
  static final String CLIENTS_PORT = "clients";
  private static final String BRIDGE = "switch";

  private final Namespace wire;
  private final List<String> ports = new ArrayList<>(List.of(CLIENTS_PORT));

  private Switch(Namespace wire) {
    this.wire = wire;
  }

  /**
   * Sets it up and plugs the machine in.
   *
   * @return empty if somebody took these addresses in this moment
   */
  static Optional<Switch> setUp(RunName run, Subnets subnets) {
    String name = run.part("switch");
    if (Namespace.names().contains(name)) {
      return Optional.empty();
    }
    Namespace wire = Namespace.make(name);
    try {
      String outside = "balsa-t" + subnets.x(); // the one name that all runs share, and the kernel gives it once
      Ended ended = Commands.attempt("ip", "link", "add", "name", outside, "type", "veth", "peer", "name", CLIENTS_PORT,
          "netns", wire.name());
      if (!ended.well() && ended.output().contains("File exists")) {
        wire.close();
        return Optional.empty();
      }
      if (!ended.well()) {
        throw new IllegalStateException("cannot make the link " + outside + ": " + ended.output().strip());
      }
      wire.ip("link", "add", "name", BRIDGE, "type", "bridge");
      wire.ip("link", "set", "dev", BRIDGE, "up");
      wire.ip("link", "set", "dev", CLIENTS_PORT, "master", BRIDGE, "up");
      Commands.run("ip", "address", "add", subnets.looking() + "/24", "dev", outside);
      Commands.run("ip", "address", "add", subnets.clients() + "/24", "dev", outside);
      Commands.run("ip", "link", "set", "dev", outside, "up");
      return Optional.of(new Switch(wire));
    } catch (RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  /** Plugs a node in, with these addresses. */
  void plug(String port, Namespace node, List<String> addresses) {
    wire.ip("link", "add", "name", port, "type", "veth", "peer", "name", "eth0", "netns", node.name());
    wire.ip("link", "set", "dev", port, "master", BRIDGE, "up");
    addresses.forEach(address -> node.ip("address", "add", address + "/24", "dev", "eth0"));
    node.ip("link", "set", "dev", "eth0", "up");
    ports.add(port);
  }

  /** Where a packet comes in. */
  List<String> ports() {
    return List.copyOf(ports);
  }

  /** The namespace in which packets cross. */
  Namespace wire() {
    return wire;
  }

  /** Takes all links away. */
  @Override
  public void close() {
    wire.close();
  }
}
