package io.balsa.raft.sim;

/**
 * One operation of a client on a register, as the client saw it.
 *
 * @param value      written (WRITE, CAS) or read (READ; FAILED_CAS: what stood there in place of {@code expected})
 * @param expected   of CAS
 * @param invokedAt  nanoseconds
 * @param returnedAt nanoseconds; Long.MAX_VALUE: it never returned, and may take effect at any later time or never
 */
public record Operation(int client, Kind kind, int key, long value, long expected, long invokedAt, long returnedAt) {
  /** What it did. A call that surely had no effect is no operation. */
  public enum Kind {
    READ, WRITE, CAS, FAILED_CAS,
    /** Adds one to a counter; the value is what it gave. */
    ADD
  }

  public boolean isUnknown() {
    return returnedAt == Long.MAX_VALUE;
  }

  public boolean writes() {
    return kind == Kind.WRITE || kind == Kind.CAS;
  }
}
