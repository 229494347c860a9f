package io.balsa.junit.cluster;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Addresses of 127.0.0.0/8, all of which a Linux machine answers. A cluster takes a network of its own and a port of its own, so
 * that none has to be searched for, and those of two clusters are never the same, however many tests run at a time. The ports lie
 * below those that the near ends of connections get, so none is taken while a node is down.
 */
final class LoopbackAddresses implements Site {
  private static final int FIRST_PORT = 7101;
  private static final int PORTS = 20_000;

  private final String network;
  private final int port;

  private LoopbackAddresses(String network, int port) {
    this.network = network;
    this.port = port;
  }

  /** A network and a port drawn at random. */
  static LoopbackAddresses draw() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return new LoopbackAddresses("127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + ".",
        FIRST_PORT + random.nextInt(PORTS));
  }

  @Override
  public String address(int number) {
    return network + number + ":" + port;
  }
}
