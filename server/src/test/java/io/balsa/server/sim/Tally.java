package io.balsa.server.sim;

import java.util.Map;
import java.util.TreeMap;

/** How often what happened, by name. */
final class Tally {
  private final TreeMap<String, Long> counts = new TreeMap<>();

  void add(String name) {
    counts.merge(name, 1L, Long::sum);
  }

  void add(ClientFault fault) {
    add(fault.name());
  }

  Map<String, Long> all() {
    return counts;
  }
}
