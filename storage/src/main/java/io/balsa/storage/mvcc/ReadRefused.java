package io.balsa.storage.mvcc;

/** A revision that cannot be read: compacted, or not there yet (R2, R3). */
public final class ReadRefused extends Exception {
  private final Reason reason;
  private final long revision;

  /** The reason as it goes over the wire. Both are OUT_OF_RANGE. */
  public enum Reason {
    COMPACTED, FUTURE_REVISION
  }

  private ReadRefused(Reason reason, long revision, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.revision = revision;
  }

  /** @throws ReadRefused unless compacted <= revision <= current */
  public static void check(long revision, long compacted, long current) throws ReadRefused {
    if (revision < compacted) {
      throw new ReadRefused(Reason.COMPACTED, compacted, "revision " + revision
          + " was compacted: the oldest that can be read is " + compacted + "; read that one, or a newer one");
    }
    if (revision > current) {
      throw new ReadRefused(Reason.FUTURE_REVISION, current, "revision " + revision
          + " does not exist yet: the newest is " + current + "; read that one, or leave the revision out");
    }
  }

  public Reason reason() {
    return reason;
  }

  /** COMPACTED: the compacted revision. FUTURE_REVISION: the current one. */
  public long revision() {
    return revision;
  }
}
