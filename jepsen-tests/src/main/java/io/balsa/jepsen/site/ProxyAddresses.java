package io.balsa.jepsen.site;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The addresses of a site on the loopback, 127.0.0.0/8: each node has an address of its own, at a port that is the site's; by the ports
 * that follow, at the same address, the other nodes and the clients reach it, each through a proxy of its own. Network and port are drawn
 * at random, from so many that two sites have never the same, and the ports lie below those that the near ends of connections get.
 * Immutable.
 */
final class ProxyAddresses {
  /** A node that joins gets the next number, so that a run with many replacements needs many. */
  static final int NODES_MOST = 32;
  private static final int CLIENTS = NODES_MOST + 1;
  private static final int FIRST_PORT = 7101;
  private static final int PORTS = 20_000;

  private final String network;
  private final int port;
  private final Map<String, String> forClients = new HashMap<>();

  private ProxyAddresses(String network, int port) {
    this.network = network;
    this.port = port;
    for (int number = 1; number <= NODES_MOST; number++) {
      forClients.put(node(number), host(number) + ":" + (port + CLIENTS));
    }
  }

  static ProxyAddresses draw() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new ProxyAddresses("127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + ".",
        FIRST_PORT + random.nextInt(PORTS));
  }

  private String host(int number) {
    if (number < 1 || number > NODES_MOST) {
      throw new IllegalArgumentException("there are proxies for n1 to n" + NODES_MOST + ", and none for n" + number);
    }
    return network + number;
  }

  /** {@code host:port} at which a node listens. */
  String node(int number) {
    return host(number) + ":" + port;
  }

  /** What a client dials in place of a node's address. */
  String forClients(String address) {
    return forClients.getOrDefault(address, address);
  }

  /** As --peer-route of this node takes it: to all that there may ever be. */
  String routes(int from) {
    return IntStream.rangeClosed(1, NODES_MOST).filter(to -> to != from)
        .mapToObj(to -> NodeIds.of(to) + "=" + host(to) + ":" + (port + from)).collect(Collectors.joining(","));
  }

  /** Where the node itself listens. */
  InetSocketAddress target(Link link) {
    return new InetSocketAddress(host(NodeIds.number(link.to())), port);
  }

  /** Where the proxy of those listens that are dialled by the link's one end and accepted by the other. */
  InetSocketAddress proxy(Link link) {
    int from = link.from().equals(Link.CLIENTS) ? CLIENTS : NodeIds.number(link.from());
    return new InetSocketAddress(host(NodeIds.number(link.to())), port + from);
  }
}
