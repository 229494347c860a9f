package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log of one process on a {@link SimLogDisk}. It is compacted by eight entries, as if these were a segment. */
public class SimLogStore implements LogStore {
  private static final long SEGMENT_ENTRIES = 8;

  private final SimLogDisk disk;
  /** What readers see, and before {@link #base} what they see no more: recovered entries, then every change at once. */
  private final List<Entry> view;
  private final int cachedEntries;
  private final RecoveredLog recovered;
  private LogFrame buffered = new LogFrame();
  private LogId base;
  /** Compacted in memory; on the disk the old files are still there, if this is more than what the disk says. */
  private long compacted;
  private @Nullable LogFrame requested;
  private @Nullable LogFrame frozen;

  protected SimLogStore(SimLogDisk disk, List<Entry> view, int cachedEntries, RecoveredLog recovered) {
    this.disk = disk;
    this.view = view;
    this.cachedEntries = cachedEntries;
    this.recovered = recovered;
    this.base = recovered.index().base();
  }

  @Override
  public RecoveredLog recovered() {
    return recovered;
  }

  @Override
  public void saveHardState(HardState hardState) {
    buffered.saveHardState(hardState);
  }

  @Override
  public void truncateFrom(long fromIndex) {
    buffered.truncate(fromIndex);
    while (view.size() >= fromIndex) {
      view.remove(view.size() - 1);
    }
  }

  @Override
  public void append(List<Entry> entries) {
    buffered.append(entries);
    for (Entry entry : entries) {
      if (entry.index() != view.size() + 1) {
        throw new IllegalStateException("entry " + entry.id() + " does not follow " + view.size());
      }
      view.add(entry);
    }
  }

  @Override
  public long diskBytesAfter(long index) {
    return view.subList((int) Math.max(index, base.index()), view.size()).stream().mapToLong(Entry::sizeBytes).sum();
  }

  @Override
  public LogId compactTo(long index) {
    long first = index - index % SEGMENT_ENTRIES;
    if (first > base.index()) {
      base = view.get((int) first - 1).id();
      compacted = first;
    }
    return base;
  }

  @Override
  public void reset(LogId newBase, long stampNanos, Configuration configuration) {
    base = newBase;
    buffered.reset(new LogStart(newBase, stampNanos, configuration));
    view.clear();
    view.addAll(disk.committed().subList(0, (int) newBase.index()));
  }

  @Override
  public void requestSync(long seq) {
    buffered.seq(seq);
    if (requested == null) {
      requested = buffered;
    } else {
      requested.merge(buffered);
    }
    buffered = new LogFrame();
  }

  /** The log writer begins: from now on, nothing joins this frame. */
  void freeze() {
    if (frozen == null) {
      frozen = requested;
      requested = null;
    }
  }

  @Nullable
  LogFrame frozen() {
    return frozen;
  }

  @Override
  public long persistPending() throws IOException {
    freeze();
    LogFrame frame = frozen;
    if (frame == null) {
      return NOTHING;
    }
    frozen = null;
    write(frame);
    return frame.seq();
  }

  protected void write(LogFrame frame) throws IOException {
    if (!frame.isEmpty()) {
      disk.sync(frame);
    }
  }

  @Override
  public boolean maintain() {
    if (compacted <= disk.start().id().index()) {
      return false;
    }
    disk.compactTo(compacted);
    return true;
  }

  @Override
  public List<Entry> readCached(long from, long to, long bytesMax) {
    if (from <= base.index() || (from <= view.size() - cachedEntries && from < firstUnwritten())) {
      return List.of();
    }
    return read(from, to, bytesMax);
  }

  private long firstUnwritten() {
    long first = Long.MAX_VALUE;
    for (LogFrame frame : new LogFrame[]{frozen, requested, buffered}) {
      if (frame != null && !frame.entries().isEmpty()) {
        first = Math.min(first, frame.entries().get(0).index());
      }
    }
    return first;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    if (from <= base.index() || from > Math.min(to, view.size())) {
      return List.of();
    }
    long end = from;
    long bytes = view.get((int) from - 1).sizeBytes();
    while (end < to && end < view.size() && bytes + view.get((int) end).sizeBytes() <= bytesMax) {
      bytes += view.get((int) end).sizeBytes();
      end++;
    }
    return List.copyOf(view.subList((int) from - 1, (int) end));
  }

  @Override
  public void close() {
  }
}
