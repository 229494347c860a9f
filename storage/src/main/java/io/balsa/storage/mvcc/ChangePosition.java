package io.balsa.storage.mvcc;

/**
 * A place in the history.
 *
 * @param sub the place among the changes of {@code revision}, from 0 up
 */
public record ChangePosition(long revision, int sub) implements Comparable<ChangePosition> {
  /** Before all changes of a revision. */
  public static ChangePosition before(long revision) {
    return new ChangePosition(revision, 0);
  }

  @Override
  public int compareTo(ChangePosition other) {
    return revision != other.revision ? Long.compare(revision, other.revision) : Integer.compare(sub, other.sub);
  }
}
