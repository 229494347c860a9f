package io.balsa.raft.log;

/**
 * Where an entry stands: the term of the leader that appended it, and its index. Two logs that hold the same LogId are
 * equal up to it (Log Matching, Raft thesis 3.5).
 *
 * @param term  0 only for {@link #ZERO}
 * @param index 1 for the first entry
 */
public record LogId(long term, long index) {
  /** What stands before the first entry of an empty log. */
  public static final LogId ZERO = new LogId(0, 0);

  public LogId {
    if (term < 0 || index < 0) {
      throw new IllegalArgumentException("negative: " + term + "/" + index);
    }
  }

  /** Whether a log ending here is at least as up-to-date as one ending at {@code other} (thesis 3.6.1). */
  public boolean isAtLeastAsUpToDateAs(LogId other) {
    return term != other.term ? term > other.term : index >= other.index;
  }

  @Override
  public String toString() {
    return term + "/" + index;
  }
}
