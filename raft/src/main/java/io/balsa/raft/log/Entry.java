package io.balsa.raft.log;

/**
 * One entry of the log.
 *
 * @param stampNanos the cluster time at which the leader appended it (T1); along one log it never falls
 * @param payload    what the type says; {@link Bytes#EMPTY} for NOOP and CLOCK
 */
public record Entry(EntryType type, long term, long index, long stampNanos, Bytes payload) {
  /** What an entry costs beside its payload, in every count of bytes; about its header on disk and on the wire. */
  public static final int OVERHEAD_BYTES = 32;

  public Entry {
    if (term < 1 || index < 1 || stampNanos < 0) {
      throw new IllegalArgumentException("not an entry: term " + term + " index " + index + " stamp " + stampNanos);
    }
  }

  public LogId id() {
    return new LogId(term, index);
  }

  /** Payload and overhead, in bytes. */
  public int sizeBytes() {
    return payload.size() + OVERHEAD_BYTES;
  }
}
