package io.balsa.client.kv;

import io.balsa.proto.v1.Consistency.Stale;
import java.time.Duration;

/** How fresh a read is to be. Immutable. */
public final class Consistency {
  /** The read sees every write that ended before it began, whichever node serves it. */
  public static final Consistency LINEARIZABLE = new Consistency(
      io.balsa.proto.v1.Consistency.getDefaultInstance());

  private final io.balsa.proto.v1.Consistency wire;

  private Consistency(io.balsa.proto.v1.Consistency wire) {
    this.wire = wire;
  }

  /**
   * The read sees every write that had ended this long before it began, and perhaps later ones. A node that has asked the others
   * lately serves it without asking again; one that cannot ask and knows nothing so new answers {@code TOO_STALE}, and then another
   * node is asked within the call's deadline. Times are measured on that node's monotonic clock.
   *
   * @param maxAge
   *          at most 292 years; rounded down to milliseconds
   */
  public static Consistency stale(Duration maxAge) {
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge is not to be negative: " + maxAge);
    }
    return new Consistency(
        io.balsa.proto.v1.Consistency.newBuilder().setStale(Stale.newBuilder().setMaxAgeMillis(maxAge.toMillis()))
            .build());
  }

  /**
   * The same, and never a state before this revision, so that who changes nodes does not go back in time: the revision of a row or
   * of an answer seen before. A linearizable read has it anyway.
   *
   * @throws IllegalArgumentException
   *           it is negative
   */
  public Consistency minRevision(long revision) {
    if (revision < 0) {
      throw new IllegalArgumentException("a revision is not negative: " + revision);
    }
    return wire.hasStale()
        ? new Consistency(wire.toBuilder().setStale(wire.getStale().toBuilder().setMinRevision(revision)).build())
        : this;
  }

  io.balsa.proto.v1.Consistency wire() {
    return wire;
  }

  @Override
  public String toString() {
    if (!wire.hasStale()) {
      return "LINEARIZABLE";
    }
    Stale stale = wire.getStale();
    return "STALE(" + Duration.ofMillis(stale.getMaxAgeMillis())
        + (stale.getMinRevision() == 0 ? "" : ", revision " + stale.getMinRevision() + " or later") + ")";
  }
}
