package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Trouble.Cut;
import io.balsa.jepsen.site.Trouble.Loss;
import io.balsa.jepsen.site.Trouble.Rate;
import io.balsa.jepsen.site.Trouble.Reset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trouble on the wire of a {@link Switch}: an nftables rule a link, which looks at every packet that comes in at any port, those of
 * connections there already included. All rules are replaced at once, and read back. Packets that the run looks with have addresses
 * that no rule names.
 *
 * <p>A cut takes IP packets and lets ARP through, for otherwise the sender's machine would say after some seconds that there is no such
 * host. A rate is kept at the port where the link leaves the switch, by a token bucket a link (HTB, for a TBF would take what comes from
 * elsewhere too) and a queue that is full after half a second. With Reset, the sender of a packet is answered with a reset, and so the
 * other end too as soon as it sends. Delay would need the netem queue, which many kernels are without; Stall and HalfClose belong to one
 * connection, and there is none on a wire. Thread-safe.
 */
final class NamespaceNetwork implements Network {
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceNetwork.class);
  private static final String FAMILY = "netdev";
  private static final String TABLE = "balsa";
  private static final Link TRIED = new Link("n1", Link.CLIENTS);
  private static final List<Trouble> TRIALS = List.of(new Cut(), new Loss(50), new Rate(100_000), new Reset());

  private final Switch hub;
  private final Subnets subnets;
  private final Shaper shaper;
  private final Map<Link, Trouble> troubles = new LinkedHashMap<>();
  private final Set<Class<? extends Trouble>> kinds;

  /** On a switch without trouble. What this kernel can do is tried. */
  NamespaceNetwork(Switch hub, Subnets subnets) {
    this.hub = hub;
    this.subnets = subnets;
    this.shaper = new Shaper(hub.wire());
    this.kinds = TRIALS.stream().filter(this::works).map(Trouble::getClass).collect(Collectors.toSet());
  }

  private boolean works(Trouble trouble) {
    try {
      apply(Map.of(TRIED, trouble));
      apply(Map.of());
      return true;
    } catch (IllegalStateException e) {
      LOG.info("{} cannot be made here: {}", trouble, e.getMessage());
      return false;
    }
  }

  @Override
  public boolean can(Class<? extends Trouble> kind) {
    return kinds.contains(kind);
  }

  @Override
  public synchronized void make(Link link, Trouble trouble) {
    if (!can(trouble.getClass())) {
      throw new IllegalStateException(trouble + " cannot be made in namespaces here");
    }
    Map<Link, Trouble> wanted = new LinkedHashMap<>(troubles);
    wanted.put(link, trouble);
    List<String> rules = rules(wanted); // refuses what is no link, before anything is done
    troubles.put(link, trouble);
    apply(troubles, rules);
  }

  @Override
  public synchronized void heal() {
    troubles.clear();
    apply(troubles);
  }

  /** One more node is plugged in, and its packets are looked at too. */
  synchronized void portsChanged() {
    apply(troubles);
  }

  private void apply(Map<Link, Trouble> wanted) {
    apply(wanted, rules(wanted));
  }

  /** A queue is there before packets are sent to it, and goes after the last was. */
  private void apply(Map<Link, Trouble> wanted, List<String> rules) {
    Map<Link, Rate> rates = new LinkedHashMap<>();
    wanted.forEach((link, trouble) -> {
      if (trouble instanceof Rate rate) {
        rates.put(link, rate);
      }
    });
    shaper.add(rates);
    hub.wire().nft(script(rules));
    requireRules(rules);
    shaper.keepOnly(rates);
  }

  private List<String> rules(Map<Link, Trouble> wanted) {
    return wanted.entrySet().stream().map(entry -> rule(entry.getKey(), entry.getValue())).toList();
  }

  private String rule(Link link, Trouble trouble) {
    boolean clients = link.from().equals(Link.CLIENTS) || link.to().equals(Link.CLIENTS);
    return "ip saddr " + address(link.from(), clients) + " ip daddr " + address(link.to(), clients) + " "
        + statement(link, trouble) + " comment \"" + link + "\"";
  }

  private String address(String end, boolean clients) {
    if (end.equals(Link.CLIENTS)) {
      return subnets.clients();
    }
    return clients ? subnets.client(NodeIds.number(end)) : subnets.peer(NodeIds.number(end));
  }

  private static String statement(Link link, Trouble trouble) {
    return switch (trouble) {
      case Cut() -> "drop";
      case Loss(int percent) -> percent < 100 ? "numgen random mod 100 < " + percent + " drop" : "drop";
      case Rate rate -> "meta priority set " + Shaper.classOf(link);
      case Reset() -> "meta l4proto tcp reject with tcp reset";
      case Trouble.Delay delay -> throw impossible(delay);
      case Trouble.Stall stall -> throw impossible(stall);
      case Trouble.HalfClose halfClose -> throw impossible(halfClose);
    };
  }

  private static IllegalStateException impossible(Trouble trouble) {
    return new IllegalStateException(trouble + " cannot be made on a wire");
  }

  /** Takes effect as a whole. */
  private String script(List<String> rules) {
    String table = FAMILY + " " + TABLE;
    Stream<String> lines = Stream.of(
        Stream.of("table " + table, "delete table " + table, "table " + table + " {", "chain wire {",
            "type filter hook ingress devices = { " + String.join(", ", hub.ports())
                + " } priority 0; policy accept;"),
        rules.stream(), Stream.of("}", "}")).flatMap(part -> part);
    return lines.collect(Collectors.joining("\n", "", "\n"));
  }

  private void requireRules(List<String> rules) {
    String listed = hub.wire().nftTable(FAMILY, TABLE);
    List<String> there = listed.lines().map(String::strip).filter(line -> line.startsWith("ip saddr ")).toList();
    String hook = listed.lines().filter(line -> line.contains("hook ingress")).findFirst().orElse("");
    List<String> words = List.of(hook.replaceAll("[{},;=\"]", " ").strip().split("\\s+", -1));
    if (!there.equals(rules) || !words.containsAll(hub.ports())) {
      throw new IllegalStateException("the rules wanted are " + rules + " at " + hub.ports() + ", and there is\n"
          + listed);
    }
  }
}
