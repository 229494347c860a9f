package io.balsa.client.routing;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where reads go that are calls of their own: gets without a session, ranges, and looks at leases and locks. Whatever the
 * balance, a read is as fresh as its consistency says: linearizable unless something else was asked for.
 *
 * <p>All but {@link #LEADER} choose among the nodes that the client was given; among all members once the client has a session, or when
 * there is no node any more where it was sent. A node that failed or hung leaves the choice for a while, the longer the more often and
 * the more time it cost, and returns by itself; a node that cannot serve a read is passed over, within the deadline of the call. At
 * failover only reads at the leader that died look elsewhere. Immutable; each client that is built with one counts and measures for itself.
 */
public final class ReadBalance {
  /** To the leader, as long as it is known: one trip less than at any other node, and all of the load on one. */
  public static final ReadBalance LEADER = new ReadBalance("LEADER",
      (endpoints, random) -> () -> new LeaderSearch(endpoints, random));

  /** To one node after the other. */
  public static final ReadBalance ROUND_ROBIN = new ReadBalance("ROUND_ROBIN",
      anyNode((endpoints, random) -> new RoundRobinChoice(random)));

  /** To a random node. */
  public static final ReadBalance RANDOM = new ReadBalance("RANDOM",
      anyNode((endpoints, random) -> new WeightedChoice(new TreeMap<>(), random)));

  /**
   * To the node that has answered fastest lately. What counts is the time until the first answer, as this client measures it for its
   * own reads; now and then one goes elsewhere, so that a node that has become the fastest is noticed.
   */
  public static final ReadBalance NEAREST = new ReadBalance("NEAREST",
      anyNode((endpoints, random) -> new NearestChoice(random)));

  private final String name;
  private final BiFunction<Endpoints, RandomGenerator, Supplier<NodeSearch>> searches;

  private ReadBalance(String name, BiFunction<Endpoints, RandomGenerator, Supplier<NodeSearch>> searches) {
    this.name = name;
    this.searches = searches;
  }

  /**
   * To a random node, in proportion to its weight. A node of weight 0 is read from only where no other serves.
   *
   * @param weights by {@code host:port}, as the client was given it or as the cluster advertises it; whatever is not named weighs 1
   * @throws IllegalArgumentException if a weight is negative
   */
  public static ReadBalance weighted(Map<String, Integer> weights) {
    Map<String, Integer> copy = new TreeMap<>(weights);
    copy.forEach((address, weight) -> {
      if (weight < 0) {
        throw new IllegalArgumentException("the weight of " + address + " is negative: " + weight);
      }
    });
    return new ReadBalance("WEIGHTED" + copy, anyNode((endpoints, random) -> {
      Map<String, Integer> resolved = new TreeMap<>();
      copy.forEach((address, weight) -> resolved.put(endpoints.resolve(address), weight));
      return new WeightedChoice(resolved, random);
    }));
  }

  private static BiFunction<Endpoints, RandomGenerator, Supplier<NodeSearch>> anyNode(
      BiFunction<Endpoints, RandomGenerator, NodeChoice> choices) {
    return (endpoints, random) -> {
      NodeChoice choice = choices.apply(endpoints, random);
      return () -> new AnyNodeSearch(endpoints, random, choice);
    };
  }

  /** For the SDK itself: what begins the search of each read of one client. */
  public Supplier<NodeSearch> searches(Endpoints endpoints, RandomGenerator random) {
    return searches.apply(endpoints, random);
  }

  @Override
  public String toString() {
    return name;
  }
}
