package io.balsa.jepsen.site;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The addresses of a site, out of 198.18.0.0/15, which is set aside for tests of networks (RFC 2544): in 198.18.x.0/24 the nodes know
 * each other and the run looks at them, in 198.19.x.0/24 the clients of the workload reach them. So whose packet it is is seen by its
 * addresses.
 *
 * @param x of the site
 */
record Subnets(int x) {
  private static final String PEERS = "198.18.";
  private static final String CLIENTS = "198.19.";
  /** Of the machine itself. */
  private static final int OUTSIDE = 254;
  private static final int NODES_MOST = 250;
  private static final int PORT = 7101;

  /** Those that nothing on this machine has a route to, in random order. */
  static List<Subnets> free() {
    List<Subnets> free = new ArrayList<>();
    List<String> routes = Commands.run("ip", "-4", "route", "show", "table", "all").lines()
        .flatMap(line -> List.of(line.split(" ", -1)).stream()).toList();
    for (int x = 0; x < 256; x++) {
      Subnets subnets = new Subnets(x);
      if (routes.stream().noneMatch(subnets::overlaps)) {
        free.add(subnets);
      }
    }
    Collections.shuffle(free);
    return free;
  }

  /** Whether this word of a route is an address in here, or a network that this is part of. */
  private boolean overlaps(String word) {
    return word.startsWith(PEERS + x + ".") || word.startsWith(CLIENTS + x + ".")
        || word.matches("198\\.1[89]\\.\\d+\\.\\d+/(8|9|1\\d|2[0-3])");
  }

  String peer(int number) {
    return PEERS + x + "." + checked(number);
  }

  String client(int number) {
    return CLIENTS + x + "." + checked(number);
  }

  private static int checked(int number) {
    if (number < 1 || number > NODES_MOST) {
      throw new IllegalArgumentException("there is no place for node " + number);
    }
    return number;
  }

  /** Where the run looks from. */
  String looking() {
    return PEERS + x + "." + OUTSIDE;
  }

  /** Where the clients are. */
  String clients() {
    return CLIENTS + x + "." + OUTSIDE;
  }

  /** {@code host:port} by which nodes and run know a node. */
  String address(int number) {
    return peer(number) + ":" + PORT;
  }

  /** {@code host:port} at which a node listens, whoever asks. */
  static String listen() {
    return "0.0.0.0:" + PORT;
  }

  /** What a client dials in place of an {@link #address}. */
  String forClients(String address) {
    String peers = PEERS + x + ".";
    return address.startsWith(peers) ? CLIENTS + x + "." + address.substring(peers.length()) : address;
  }
}
