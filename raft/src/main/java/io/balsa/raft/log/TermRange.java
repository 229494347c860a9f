package io.balsa.raft.log;

/** The entries {@code firstIndex..lastIndex} (both included) are all of {@code term}. */
public record TermRange(long term, long firstIndex, long lastIndex) {
  public TermRange {
    if (term < 1 || firstIndex < 1 || lastIndex < firstIndex) {
      throw new IllegalArgumentException("not a range: term " + term + " [" + firstIndex + ", " + lastIndex + "]");
    }
  }
}
