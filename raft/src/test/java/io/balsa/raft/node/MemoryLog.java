package io.balsa.raft.node;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.util.ArrayList;
import java.util.List;

/** A new log in memory, where what is asked for is durable when {@link #persistPending} is called. */
class MemoryLog implements LogStore {
  private final Configuration configuration;
  private final List<Entry> entries = new ArrayList<>();
  private long requested;
  private long persisted;

  MemoryLog(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public RecoveredLog recovered() {
    return new RecoveredLog(HardState.INITIAL, new LogIndex(LogId.ZERO), 0, configuration);
  }

  @Override
  public synchronized void saveHardState(HardState hardState) {
  }

  @Override
  public synchronized void truncateFrom(long fromIndex) {
    entries.subList((int) fromIndex - 1, entries.size()).clear();
  }

  @Override
  public synchronized void append(List<Entry> added) {
    entries.addAll(added);
  }

  @Override
  public synchronized LogId compactTo(long index) {
    return entries.get((int) index - 1).id();
  }

  @Override
  public synchronized long diskBytesAfter(long index) {
    return entries.stream().filter(entry -> entry.index() > index).mapToLong(Entry::sizeBytes).sum();
  }

  @Override
  public void reset(LogId base, long stampNanos, Configuration configuration) {
    throw new UnsupportedOperationException("reset");
  }

  @Override
  public synchronized void requestSync(long seq) {
    requested = seq;
  }

  @Override
  public synchronized long persistPending() {
    if (requested == persisted) {
      return NOTHING;
    }
    persisted = requested;
    return persisted;
  }

  @Override
  public boolean maintain() {
    return false;
  }

  @Override
  public synchronized List<Entry> readCached(long from, long to, long bytesMax) {
    return read(from, to, bytesMax);
  }

  @Override
  public synchronized List<Entry> read(long from, long to, long bytesMax) {
    return from > entries.size() ? List.of() : List.copyOf(entries.subList((int) from - 1, (int) to));
  }

  @Override
  public void close() {
  }
}
