package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Trouble.Rate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Queues with a rate at the ports of a switch, one a link. Whose priority is a queue's class goes through it, and everything else passes
 * by. Not thread-safe.
 */
final class Shaper {
  private static final long BITS = 8;
  /** So much of a second's bytes waits before more is dropped, but some packets at least. */
  private static final double QUEUE_SECONDS = 0.5;
  private static final long QUEUE_LEAST = 32 << 10;
  private static final int CLIENTS_CLASS = 0xfff;

  private final Namespace wire;
  private final Map<String, Map<Link, Rate>> ports = new HashMap<>();

  Shaper(Namespace wire) {
    this.wire = wire;
  }

  /** The class of the packets of a link, by where they come from; the port is where they go to. */
  static String classOf(Link link) {
    int number = link.from().equals(Link.CLIENTS) ? CLIENTS_CLASS : NodeIds.number(link.from());
    return "1:" + Integer.toHexString(number);
  }

  private static String portOf(Link link) {
    return link.to().equals(Link.CLIENTS) ? Switch.CLIENTS_PORT : link.to();
  }

  /** Sets up these besides those that are there; one of another rate in its stead. */
  void add(Map<Link, Rate> rates) {
    Map<String, Map<Link, Rate>> wanted = new HashMap<>();
    ports.forEach((port, there) -> wanted.put(port, new LinkedHashMap<>(there)));
    rates.forEach((link, rate) -> wanted.computeIfAbsent(portOf(link), port -> new LinkedHashMap<>()).put(link, rate));
    set(wanted);
  }

  /** Removes all others. */
  void keepOnly(Map<Link, Rate> rates) {
    Map<String, Map<Link, Rate>> wanted = new HashMap<>();
    rates.forEach((link, rate) -> wanted.computeIfAbsent(portOf(link), port -> new LinkedHashMap<>()).put(link, rate));
    set(wanted);
  }

  private void set(Map<String, Map<Link, Rate>> wanted) {
    Set<String> all = new LinkedHashSet<>(ports.keySet());
    all.addAll(wanted.keySet());
    for (String port : all) {
      Map<Link, Rate> of = wanted.getOrDefault(port, Map.of());
      if (!of.equals(ports.getOrDefault(port, Map.of()))) {
        set(port, of);
      }
    }
  }

  private void set(String port, Map<Link, Rate> rates) {
    if (ports.remove(port) != null) {
      wire.tc("qdisc", "delete", "dev", port, "root");
    }
    if (rates.isEmpty()) {
      return;
    }
    wire.tc("qdisc", "add", "dev", port, "root", "handle", "1:", "htb");
    ports.put(port, Map.of()); // to be deleted, whatever becomes of the classes
    rates.forEach((link, rate) -> {
      wire.tc("class", "add", "dev", port, "parent", "1:", "classid", classOf(link), "htb", "rate",
          rate.bytesPerSecond() * BITS + "bit", "quantum", "1514");
      long queue = Math.max(QUEUE_LEAST, (long) (rate.bytesPerSecond() * QUEUE_SECONDS));
      wire.tc("qdisc", "add", "dev", port, "parent", classOf(link), "bfifo", "limit", Long.toString(queue));
    });
    String listed = wire.tc("class", "show", "dev", port);
    rates.keySet().forEach(link -> {
      if (!listed.contains("class htb " + classOf(link) + " ")) {
        throw new IllegalStateException("there is no queue for " + link + " at " + port + ", but\n" + listed);
      }
    });
    ports.put(port, Map.copyOf(rates));
  }
}
