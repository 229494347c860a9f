package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Passes every call on to the log under test and tells the simulator of it. */
final class ObservedLog implements LogStore {
  /** Who is told. */
  interface Observer {
    void saving(HardState hardState);

    void truncating(long fromIndex);

    /** Before readers of the view see it. */
    void appended(Entry entry, LogId before);

    void resetting(LogId base);

    void compacted(LogId base);

    /** The process may end here. */
    void step(SnapshotStep step);

    void syncRequested(long seq);

    void persisted(long seq);

    /** The calling thread may be preempted here, between two calls of the log. */
    void between();
  }

  private final LogStore log;
  private final Observer observer;
  private final List<Entry> committed;
  private final List<Entry> view = new ArrayList<>();
  private long compactedTo;

  /** @param committed every committed entry, from index 1 on: what the log has let go of is taken from there */
  ObservedLog(LogStore log, Observer observer, List<Entry> committed) throws IOException {
    this.log = log;
    this.observer = observer;
    this.committed = committed;
    compactedTo = log.recovered().index().base().index();
    view.addAll(committed.subList(0, (int) log.recovered().index().base().index()));
    long last = log.recovered().index().lastIndex();
    while (view.size() < last) {
      List<Entry> read = log.read(view.size() + 1, last, Long.MAX_VALUE);
      if (read.isEmpty()) {
        throw new IOException("a log of " + last + " entries has nothing at " + (view.size() + 1));
      }
      view.addAll(read);
    }
  }

  /** The log as its readers see it, and before that the entries that it has let go of. */
  List<Entry> view() {
    return view;
  }

  @Override
  public RecoveredLog recovered() {
    return log.recovered();
  }

  @Override
  public void saveHardState(HardState hardState) {
    observer.saving(hardState);
    log.saveHardState(hardState);
    observer.between();
  }

  @Override
  public void truncateFrom(long fromIndex) {
    observer.truncating(fromIndex);
    log.truncateFrom(fromIndex);
    while (view.size() >= fromIndex) {
      view.remove(view.size() - 1);
    }
    observer.between();
  }

  @Override
  public void append(List<Entry> entries) {
    log.append(entries);
    for (Entry entry : entries) {
      observer.appended(entry, view.isEmpty() ? LogId.ZERO : view.get(view.size() - 1).id());
      view.add(entry);
    }
    observer.between();
  }

  @Override
  public long diskBytesAfter(long index) {
    return log.diskBytesAfter(index);
  }

  @Override
  public LogId compactTo(long index) {
    LogId base = log.compactTo(index);
    if (base.index() > compactedTo) {
      compactedTo = base.index();
      observer.compacted(base);
      observer.step(SnapshotStep.COMPACTED);
    }
    observer.between();
    return base;
  }

  @Override
  public void reset(LogId base, long stampNanos, Configuration configuration) {
    observer.resetting(base);
    log.reset(base, stampNanos, configuration);
    view.clear();
    view.addAll(committed.subList(0, (int) base.index()));
    observer.step(SnapshotStep.RESET_BUFFERED);
    observer.between();
  }

  @Override
  public void requestSync(long seq) {
    log.requestSync(seq);
    observer.syncRequested(seq);
    observer.between();
  }

  @Override
  public long persistPending() throws IOException {
    long seq = log.persistPending();
    if (seq != NOTHING) {
      observer.persisted(seq);
      observer.between();
    }
    return seq;
  }

  @Override
  public boolean maintain() throws IOException {
    return log.maintain();
  }

  @Override
  public List<Entry> readCached(long from, long to, long bytesMax) {
    return log.readCached(from, to, bytesMax);
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) throws IOException {
    observer.between();
    List<Entry> entries = log.read(from, to, bytesMax);
    observer.between();
    return entries;
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
