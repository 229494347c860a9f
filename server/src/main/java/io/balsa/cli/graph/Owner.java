package io.balsa.cli.graph;

import io.balsa.client.lock.LockRequestInfo;
import java.util.Comparator;

/**
 * Who holds locks and waits for them, one line of work: a node of the graph.
 *
 * @param name
 *          as its requests say; empty: they say nothing, and each is an owner of its own
 * @param session
 *          0: the name is one owner's, whichever session its requests are of
 * @param sequence
 *          of the request that has no name; else 0
 */
public record Owner(String name, long session, long sequence) implements Comparable<Owner> {
  private static final Comparator<Owner> ORDER = Comparator.comparing(Owner::name).thenComparingLong(Owner::session)
      .thenComparingLong(Owner::sequence);

  /** Between the name of an owner and that of a program that it runs under its lock. */
  public static final String RUNS = " > ";

  /** By a name that is one owner's in all sessions. */
  static Owner named(String name) {
    return new Owner(name, 0, 0);
  }

  /** As the cluster tells owners apart (K3). */
  static Owner ofSession(LockRequestInfo request) {
    return new Owner(request.owner(), request.sessionId(), request.owner().isEmpty() ? request.sequence() : 0);
  }

  /** For people. */
  public String label() {
    if (name.isEmpty()) {
      return "session " + session + ", request " + sequence;
    }
    return session == 0 ? name : name + " (session " + session + ")";
  }

  @Override
  public int compareTo(Owner other) {
    return ORDER.compare(this, other);
  }
}
