package io.balsa.raft.sim;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the simulator knows of all logs together: every entry that ever stood in one, and which are committed. */
public final class Ledger {
  /**
   * @param before          the LogId before it in the log in which it first stood
   * @param appendedAtNanos simulated real time of the poll in which that was, when it read its clock
   */
  public record Known(Entry entry, LogId before, long appendedAtNanos, NodeView appendedBy) {
  }

  private final Map<LogId, Known> known = new HashMap<>();
  private final List<Entry> committed = new ArrayList<>();
  private final List<Long> committedIn = new ArrayList<>();

  public @Nullable Known known(LogId id) {
    return known.get(id);
  }

  public void add(Known entry) {
    known.put(entry.entry().id(), entry);
  }

  /** Every committed entry, from index 1 on. */
  public List<Entry> committed() {
    return committed;
  }

  public @Nullable Entry committed(long index) {
    return index >= 1 && index <= committed.size() ? committed.get((int) index - 1) : null;
  }

  /** The term of the leader that committed the entry at {@code index}: not that of the entry, where a later leader did it. */
  public long committedIn(long index) {
    return committedIn.get((int) index - 1);
  }

  public void commit(Entry entry, long term) {
    committed.add(entry);
    committedIn.add(term);
  }
}
