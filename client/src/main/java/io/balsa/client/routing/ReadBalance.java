package io.balsa.client.routing;

import java.util.random.RandomGenerator;

/**
 * Where reads go that are calls of their own: gets without a session, ranges, and looks at leases and locks. Whatever the
 * balance, a read is as fresh as its consistency says: linearizable unless something else was asked for. Immutable.
 */
public final class ReadBalance {
  /** To the leader, as long as it is known: one trip less than at any other node, and all of the load on one. */
  public static final ReadBalance LEADER = new ReadBalance("LEADER", LeaderSearch::new);

  /**
   * To a random node of those that the client was given, the others of them if it cannot serve. To any member once the client has a
   * session, or when there is no node any more where it was sent.
   */
  public static final ReadBalance RANDOM = new ReadBalance("RANDOM", AnyNodeSearch::new);

  private interface Searches {
    NodeSearch begin(Endpoints endpoints, RandomGenerator random);
  }

  private final String name;
  private final Searches searches;

  private ReadBalance(String name, Searches searches) {
    this.name = name;
    this.searches = searches;
  }

  /** For the SDK itself: the search of one read. */
  public NodeSearch search(Endpoints endpoints, RandomGenerator random) {
    return searches.begin(endpoints, random);
  }

  @Override
  public String toString() {
    return name;
  }
}
