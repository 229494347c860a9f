package io.balsa.raft.message;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import java.util.List;

/**
 * Thesis 3.5. Replicates entries; with none it is a probe.
 *
 * @param prev        the entry just before the first of {@code entries}
 * @param entries     continuous, terms never falling
 * @param commitIndex the leader's commit index when it sent
 */
public record AppendEntries(long term, LogId prev, List<Entry> entries, long commitIndex) implements Message {
  /** The index of the last entry, or of {@code prev} when there is none. */
  public long lastIndex() {
    return prev.index() + entries.size();
  }
}
