package io.balsa.jepsen.cluster;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Addresses of 127.0.0.0/8, all of which a Linux machine answers. A cluster takes a network of its own, so that no port has to
 * be searched for, and none can be taken by the near end of another connection while a node is down.
 */
final class LoopbackAddresses {
  private static final int PORT = 7101;

  private LoopbackAddresses() {}

  /** {@code host:port} for this many nodes, in a network drawn at random. */
  static List<String> draw(int nodes) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String network = "127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + ".";
    return inNetwork(network, 1, nodes);
  }

  /** The same in the network of this address, behind as many as there are. */
  static String next(String address, int taken) {
    return inNetwork(address.substring(0, address.lastIndexOf('.', address.lastIndexOf(':')) + 1), taken + 1, taken + 1)
        .getFirst();
  }

  private static List<String> inNetwork(String network, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(node -> network + node + ":" + PORT).toList();
  }
}
