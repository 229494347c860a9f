package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the simulator knows of all logs together: every entry that ever stood in one, and which are committed. */
public final class Ledger {
  /**
   * @param before          the LogId before it in the log in which it first stood
   * @param appendedAtNanos simulated real time of the poll in which that was, when it read its clock
   */
  public record Known(Entry entry, LogId before, long appendedAtNanos, NodeView appendedBy) {
  }

  /** @param id of its entry; ZERO for the one that stands before every log */
  public record ConfigurationAt(LogId id, Configuration configuration) {
  }

  private final Map<LogId, Known> known = new HashMap<>();
  private final List<Entry> committed = new ArrayList<>();
  private final List<Long> committedIn = new ArrayList<>();
  /** All that ever were, by index and term. */
  private final List<ConfigurationAt> configurations = new ArrayList<>();

  /** Of a cluster of nobody. */
  public Ledger() {
    this(Configuration.EMPTY);
  }

  /** @param initial stands before every log */
  public Ledger(Configuration initial) {
    configurations.add(new ConfigurationAt(LogId.ZERO, initial));
  }

  public @Nullable Known known(LogId id) {
    return known.get(id);
  }

  public void add(Known entry) {
    known.put(entry.entry().id(), entry);
    if (entry.entry().type() == EntryType.CONFIGURATION) {
      configurations.add(new ConfigurationAt(entry.entry().id(), Configuration.decode(entry.entry().payload())));
      configurations.sort(Comparator.comparingLong((ConfigurationAt at) -> at.id().index())
          .thenComparingLong(at -> at.id().term()));
    }
  }

  /**
   * The configurations in one log, the oldest first; never none.
   *
   * @param termAt of that log
   */
  public List<ConfigurationAt> configurations(LongUnaryOperator termAt) {
    List<ConfigurationAt> found = new ArrayList<>(2);
    for (ConfigurationAt each : configurations) {
      if (each.id().index() == 0 || termAt.applyAsLong(each.id().index()) == each.id().term()) {
        found.add(each);
      }
    }
    return found;
  }

  /** The newest configuration in one log. */
  public ConfigurationAt newestConfiguration(LongUnaryOperator termAt) {
    List<ConfigurationAt> found = configurations(termAt);
    return found.get(found.size() - 1);
  }

  public List<ConfigurationAt> committedConfigurations() {
    return configurations(index -> index <= committed.size() ? committed.get((int) index - 1).term() : 0);
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
