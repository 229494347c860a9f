package io.balsa.storage.log;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Raft log in segment files (L1 to L5).
 *
 * <p>There are two views of the log. Readers see what the raft thread made of it: the end in {@link TailCache}, which
 * always holds what is not written yet. {@link SegmentIndex} follows behind and says where the written entries stand on
 * disk. Up to {@code writtenIndex} both are the same; a truncation lowers it at once, also in the batches that are on
 * their way (C1).
 *
 * <p>The log loses its begin in two ways. A compaction lets go of whole segments: they are in neither view from then on,
 * and their files follow when nobody reads them (L5). A reset empties the readers' view at once; on disk the old
 * segments stay the log until the first frame of a new one, which says that they are not, is durable (C6).
 *
 * <p>One lock guards both views and is never held over a disk access, so the raft thread never waits for the disk. The
 * log writer and the maintenance thread meet only in {@link SpareSegments}.
 */
public final class SegmentedLog implements LogStore {
  private final String where;
  private final LogOptions options;
  private final RecoveredLog recovered;
  private final FrameWriter writer;
  private final SpareSegments spares;
  private final RetiredSegments retired;

  private final Object lock = new Object();
  private SegmentIndex segments;
  private final TailCache cache;
  private final ArrayDeque<Batch> sealed = new ArrayDeque<>();
  private Batch filling = new Batch();
  /** What the log writer is writing. */
  private List<Batch> inFlight = List.of();
  private HardState hardState;
  /** What stands before the first entry that readers see. */
  private LogId base;
  /** Resets that are not written yet: until then {@link #segments} is what the log was before. */
  private int pendingResets;
  private long lastSeq;
  private long lastTerm;
  private long writtenIndex;
  /** How often what readers see has lost something at its end. */
  private long truncations;
  private @Nullable Throwable failure;

  private SegmentedLog(Disk disk, LogOptions options, Recovery.OpenedLog opened) {
    this.where = disk.toString();
    this.options = options;
    this.recovered = opened.recovered();
    this.writer = opened.writer();
    this.spares = opened.spares();
    this.segments = opened.segments();
    this.retired = new RetiredSegments(disk);
    this.base = segments.base();
    this.writtenIndex = segments.lastIndex();
    this.cache = new TailCache(options.cacheBytes(), writtenIndex);
    this.hardState = recovered.hardState();
    this.lastTerm = recovered.index().lastTerm();
    this.lastSeq = NOTHING;
  }

  /**
   * Opens a log, or creates it where the options allow that. When this returns, every byte of what was found is durable
   * (L3).
   *
   * @throws CorruptLogException if no crash can have left behind what is there (L2, L4)
   * @throws LostLogException    if there is no log and none may be created (I3)
   */
  public static SegmentedLog open(Disk disk, LogOptions options) throws IOException {
    return new SegmentedLog(disk, options, Recovery.open(disk, options));
  }

  @Override
  public RecoveredLog recovered() {
    return recovered;
  }

  @Override
  public void saveHardState(HardState next) {
    synchronized (lock) {
      boolean sameTerm = next.term() == hardState.term();
      if (next.term() < hardState.term()
          || (sameTerm && hardState.votedFor() != null && !hardState.votedFor().equals(next.votedFor()))) {
        throw new IllegalStateException("the hard state must not fall back from " + hardState + " to " + next);
      }
      hardState = next;
    }
  }

  @Override
  public void truncateFrom(long fromIndex) {
    synchronized (lock) {
      if (fromIndex <= base.index() || fromIndex > cache.lastIndex()) {
        throw new IllegalStateException("cannot truncate from " + fromIndex + ": the log holds "
            + (base.index() + 1) + " to " + cache.lastIndex());
      }
      cache.truncateFrom(fromIndex);
      lastTerm = termInMemory(fromIndex - 1);
      truncations++;
      writtenIndex = Math.min(writtenIndex, fromIndex - 1);
      lowerCommonLast(fromIndex - 1);
      filling.truncate(fromIndex);
    }
  }

  /** 0: not known without the disk. The core knows, and recovery checks. */
  private long termInMemory(long index) {
    if (index == base.index()) {
      return base.term();
    }
    return cache.holds(index) ? cache.get(index).term() : 0;
  }

  /** C1: what is on its way to the disk is the log that readers see only up to here. */
  private void lowerCommonLast(long lastIndex) {
    for (Batch batch : inFlight) {
      batch.lowerCommonLast(lastIndex);
    }
    for (Batch batch : sealed) {
      batch.lowerCommonLast(lastIndex);
    }
  }

  @Override
  public void append(List<Entry> entries) {
    synchronized (lock) {
      long index = cache.lastIndex();
      long term = lastTerm;
      for (Entry entry : entries) {
        index++;
        if (entry.index() != index || entry.term() < term || entry.term() > hardState.term()) {
          throw new IllegalStateException("entry " + entry.id() + " cannot follow " + term + "/" + (index - 1)
              + " in term " + hardState.term());
        }
        term = entry.term();
      }
      for (Entry entry : entries) {
        cache.add(entry);
      }
      lastTerm = term;
      filling.add(entries);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The segment that is being written always stays, and so does one whose successor cannot be the first, because a
   * truncation reached back beyond that one's begin.
   */
  @Override
  public LogId compactTo(long index) {
    synchronized (lock) {
      if (index > writtenIndex) {
        throw new IllegalStateException("cannot compact up to " + index + ": only " + writtenIndex + " is written");
      }
      // Before a reset is written there is nothing else to let go of.
      if (pendingResets == 0) {
        retired.add(segments.compactTo(index));
        base = segments.base();
        cache.dropUpTo(base.index());
      }
      return base;
    }
  }

  @Override
  public long diskBytesAfter(long index) {
    synchronized (lock) {
      return segments.bytesAfter(index);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Syncs that were requested before are written nevertheless, each in its turn, so that what {@link #persistPending}
   * says of them is true; nobody reads what they write.
   */
  @Override
  public void reset(LogId newBase, long stampNanos, Configuration configuration) {
    synchronized (lock) {
      if (newBase.index() < base.index() || newBase.term() > hardState.term()) {
        throw new IllegalStateException("a log behind " + base + " in term " + hardState.term()
            + " cannot be reset to begin behind " + newBase);
      }
      base = newBase;
      lastTerm = newBase.term();
      cache.reset(newBase.index());
      truncations++;
      writtenIndex = newBase.index();
      lowerCommonLast(newBase.index());
      if (filling.resetTo() == null) {
        pendingResets++;
      }
      filling = new Batch(new LogStart(newBase, stampNanos, configuration));
    }
  }

  @Override
  public void requestSync(long seq) {
    synchronized (lock) {
      if (lastSeq != NOTHING && seq != lastSeq + 1) {
        throw new IllegalStateException("sync " + seq + " follows sync " + lastSeq);
      }
      lastSeq = seq;
      filling.seal(seq, hardState, cache.lastIndex());
      sealed.add(filling);
      filling = new Batch();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Syncs that together exceed {@link LogOptions#batchBytesMax} are left for the next call.
   */
  @Override
  public long persistPending() throws IOException {
    List<Batch> batches = takeSealed();
    if (batches.isEmpty()) {
      return NOTHING;
    }
    Batch newest = batches.get(batches.size() - 1);
    try {
      boolean news = writer.isNews(batches);
      Segment opened = news ? writer.write(batches, this::tailOnDisk) : null;
      LogStart reset = batches.get(0).resetTo();
      synchronized (lock) {
        if (reset != null) {
          retired.add(segments.segments());
          segments = new SegmentIndex(reset.id(), reset.stampNanos());
          pendingResets--;
        }
        if (opened != null) {
          segments.add(opened);
        }
        if (news) {
          segments.publish(batches, writer.positions());
        }
        inFlight = List.of();
        writtenIndex = Math.max(writtenIndex, newest.commonLast());
        cache.evict(writtenIndex);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
      throw e;
    }
    return newest.seq();
  }

  private List<Batch> takeSealed() throws IOException {
    synchronized (lock) {
      refuseAfterFailure();
      if (sealed.isEmpty()) {
        return List.of();
      }
      List<Batch> batches = new ArrayList<>(sealed.size());
      long bytes = 0;
      for (Batch next = sealed.peek(); next != null; next = sealed.peek()) {
        bytes += next.recordBytes();
        // A reset begins a frame of its own, with what follows it.
        if (!batches.isEmpty() && (bytes > options.batchBytesMax() || next.resetTo() != null)) {
          break;
        }
        batches.add(sealed.remove());
      }
      inFlight = batches;
      return batches;
    }
  }

  /** For the header of a new segment; log writer's thread. */
  private FrameWriter.Tail tailOnDisk() throws IOException {
    Stretch stretch;
    synchronized (lock) {
      long last = segments.lastIndex();
      if (last == segments.base().index()) {
        return new FrameWriter.Tail(segments.base(), segments.baseStampNanos());
      }
      stretch = Stretch.of(where, segments.segmentOf(last), last);
      stretch.segment().acquired();
    }
    Entry entry = readAndRelease(stretch).get(0);
    return new FrameWriter.Tail(entry.id(), entry.stampNanos());
  }

  /** Without the lock, for it touches the disk. Meanwhile the segment may leave the log, but not the disk (L5). */
  private List<Entry> readAndRelease(Stretch stretch) throws IOException {
    try {
      return stretch.read();
    } finally {
      synchronized (lock) {
        stretch.segment().released();
      }
    }
  }

  /** {@inheritDoc} Removes one segment that has left the log, and prepares a piece of a spare. */
  @Override
  public boolean maintain() throws IOException {
    Segment gone;
    synchronized (lock) {
      refuseAfterFailure();
      gone = retired.next();
    }
    try {
      if (gone != null) {
        retired.remove(gone);
      }
      boolean prepared = spares.prepare();
      return gone != null || prepared;
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
      throw e;
    }
  }

  @Override
  public List<Entry> readCached(long from, long to, long bytesMax) {
    synchronized (lock) {
      return from <= to && from > base.index() && cache.holds(from) ? cache.read(from, to, bytesMax) : List.of();
    }
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) throws IOException {
    List<Entry> result = new ArrayList<>();
    long bytes = 0;
    long next = from;
    long truncationsAtBegin = -1;
    while (next <= to) {
      Stretch stretch = null;
      List<Entry> more = List.of();
      synchronized (lock) {
        if (truncationsAtBegin < 0) {
          truncationsAtBegin = truncations;
        }
        // What was read belongs to one log: a truncation in between ends it, and so does a compaction that overtakes it.
        if (truncations != truncationsAtBegin || next <= base.index() || next > cache.lastIndex()) {
          break;
        }
        if (cache.holds(next)) {
          more = cache.read(next, to, bytesMax - bytes);
        } else {
          stretch = new Stretch(where, segments.segmentOf(next), next, Math.min(to, writtenIndex),
              bytesMax - bytes);
          stretch.segment().acquired();
        }
      }
      if (stretch != null) {
        more = readAndRelease(stretch);
      }
      for (Entry entry : more) {
        bytes += entry.sizeBytes();
        if (bytes > bytesMax && !result.isEmpty()) {
          return result;
        }
        result.add(entry);
        next++;
      }
    }
    return result;
  }

  /**
   * The log writer, the maintenance thread and readers must have ended. What was not persisted by then is not written.
   */
  @Override
  public void close() throws IOException {
    SegmentIndex current;
    synchronized (lock) {
      current = segments;
    }
    try (current; retired; spares) {
      writer.close();
    }
  }

  private void fail(Throwable cause) {
    synchronized (lock) {
      if (failure == null) {
        failure = cause;
      }
    }
  }

  /**
   * L3: after a failed write or sync nothing is known about what is on the disk, and trying again would prove nothing.
   */
  private void refuseAfterFailure() throws IOException {
    if (failure != null) {
      throw new IOException("the log in " + where + " failed before and is not written any more", failure);
    }
  }
}
