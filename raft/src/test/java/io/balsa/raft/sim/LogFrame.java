package io.balsa.raft.sim;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogStart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one sync makes durable, all or nothing (L1): a hard state, then a reset or a truncation, then entries. Buffered changes
 * are folded into this form. A log is kept with the entries that it has let go of: the one at index i stands at i - 1.
 */
public final class LogFrame {
  private @Nullable HardState hardState;
  private @Nullable LogStart resetTo;
  /** 0: none. */
  private long truncateFrom;
  private final List<Entry> entries = new ArrayList<>();
  private long seq;
  private boolean empty = true;

  public void saveHardState(HardState saved) {
    hardState = saved;
    empty = false;
  }

  public void truncate(long fromIndex) {
    while (!entries.isEmpty() && entries.get(entries.size() - 1).index() >= fromIndex) {
      entries.remove(entries.size() - 1);
    }
    if (entries.isEmpty()) {
      truncateFrom = truncateFrom == 0 ? fromIndex : Math.min(truncateFrom, fromIndex);
    }
    empty = false;
  }

  public void reset(LogStart start) {
    resetTo = start;
    truncateFrom = 0;
    entries.clear();
    empty = false;
  }

  public @Nullable LogStart resetTo() {
    return resetTo;
  }

  public void append(List<Entry> appended) {
    entries.addAll(appended);
    empty = false;
  }

  /** What came after this frame, before it was on its way, belongs to it too. */
  public void merge(LogFrame later) {
    if (later.hardState != null) {
      hardState = later.hardState;
    }
    if (later.resetTo != null) {
      reset(later.resetTo);
    }
    if (later.truncateFrom != 0) {
      truncate(later.truncateFrom);
    }
    entries.addAll(later.entries);
    seq = later.seq;
    empty &= later.empty;
  }

  /** @param committed where the entries come from that stand before a reset */
  public void applyTo(List<Entry> log, List<Entry> committed) {
    if (resetTo != null) {
      log.clear();
      log.addAll(committed.subList(0, (int) resetTo.id().index()));
    }
    if (truncateFrom != 0) {
      while (!log.isEmpty() && log.get(log.size() - 1).index() >= truncateFrom) {
        log.remove(log.size() - 1);
      }
    }
    for (Entry entry : entries) {
      if (entry.index() != log.size() + 1) {
        throw new IllegalStateException(
            "frame leaves a gap: entry " + entry.id() + " after " + log.size() + " entries");
      }
      log.add(entry);
    }
  }

  public @Nullable HardState hardState() {
    return hardState;
  }

  public List<Entry> entries() {
    return entries;
  }

  public boolean isEmpty() {
    return empty;
  }

  public void seq(long newest) {
    seq = newest;
  }

  public long seq() {
    return seq;
  }
}
