package io.balsa.storage.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.sim.DurableLog;
import io.balsa.raft.sim.InjectedDiskFailure;
import io.balsa.raft.sim.LogFrame;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.SimRandom;
import io.balsa.storage.log.CorruptLogException;
import io.balsa.storage.log.DiskFile;
import io.balsa.storage.log.DiskFullException;
import io.balsa.storage.log.LogOptions;
import io.balsa.storage.log.LostLogException;
import io.balsa.storage.log.SegmentedLog;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The real log on a simulated disk. A crash may come in the middle of a write, between any two operations of the disk; a power cut
 * keeps any subset of unsynced pages. What each open finds must be what was acknowledged, or that and whole syncs of those under
 * way (L1, L2); it is durable from then on (L3), so the next open must find it again, whatever happens meanwhile. Of a compaction
 * it may find any part done (L5), of a reset that is owed all (C6).
 */
public final class SegmentDisk implements NodeDisk, DurableLog {
  private static final String MARKER = "marker";
  private static final Faults.Fault[] STOPS = {Faults.Fault.STOP_BEFORE, Faults.Fault.STOP_SHORT,
      Faults.Fault.STOP_AFTER};

  private final Configuration initial;
  private final SimRandom random;
  private final long cacheBytes;
  private final int segmentBytes;
  private SimDisk disk = new SimDisk();
  private boolean created;
  private boolean syncing;
  private @Nullable TrackedLog log;
  /** With the entries that the log has let go of: the one at index i stands at i - 1. */
  private final List<Entry> durable = new ArrayList<>();
  private List<Entry> committed = List.of();
  /** What the newest compaction or reset said that the log begins behind. */
  private long base;
  private HardState durableHardState = HardState.INITIAL;
  /** Asked for by a process that has ended, and not acknowledged: on the disk, or not. */
  private List<LogFrame> maybe = List.of();
  private boolean full;
  private @Nullable LogRot rot;
  /** No power cut has put another version in the place of the page that has changed. */
  private boolean rotMendable;
  /** A power cut came since the log was last opened: rot of the last batch would be a torn end (L2). */
  private boolean markerLost;

  public SegmentDisk(Configuration initial, SimRandom random) {
    this.initial = initial;
    this.random = random;
    this.cacheBytes = random.pick(List.of(0L, 1_000L, 1L << 20));
    this.segmentBytes = random.pick(List.of(16 << 10, 64 << 10, 128 << 10));
  }

  @Override
  public LogStore open(Opening opening) throws IOException {
    committed = opening.committed();
    LogOptions options = LogOptions.of(random::nextLong).withSegmentBytes(segmentBytes).withCacheBytes(cacheBytes)
        .withBatchBytesMax(random.pick(List.of(1, 1_000, 1 << 20))).withApplied(opening.applied());
    LogStart owed = opening.resetOwed();
    options = opening.stateLost() ? options.withLostState() : options;
    options = owed == null ? options : options.withReset(owed);
    SegmentedLog opened = SegmentedLog.open(disk, created ? options : options.creating(initial));
    created = true;
    mustHoldWhatWasAcknowledged(opened, owed);
    rot = null; // all of it was read: what has changed is no part of the log
    markerLost = false;
    log = new TrackedLog(opened);
    syncing = false;
    return log;
  }

  private void mustHoldWhatWasAcknowledged(SegmentedLog opened, @Nullable LogStart owed) throws IOException {
    long found = opened.recovered().index().base().index();
    long last = opened.recovered().index().lastIndex();
    List<Entry> entries = new ArrayList<>();
    while (found + entries.size() < last) {
      entries.addAll(opened.read(found + entries.size() + 1, last, Long.MAX_VALUE));
    }
    HardState foundHardState = opened.recovered().hardState();
    List<Entry> expected = new ArrayList<>(durable);
    HardState expectedHardState = durableHardState;
    int tried = 0;
    while (!isWhatIsFound(expected, expectedHardState, owed, found, entries, foundHardState)) {
      if (tried == maybe.size()) {
        throw new IllegalStateException("the log opens with " + foundHardState + " and entries " + (found + 1) + " to "
            + last + "; acknowledged were " + durableHardState + " and entries up to " + durable.size()
            + ", compacted up to " + base + ", owed was a reset to " + owed + ", under way " + maybe.size() + " syncs");
      }
      LogFrame next = maybe.get(tried++);
      next.applyTo(expected, committed);
      expectedHardState = next.hardState() == null ? expectedHardState : next.hardState();
    }
    durable.clear();
    durable.addAll(committed.subList(0, (int) found));
    durable.addAll(entries);
    durableHardState = foundHardState;
    base = found;
    maybe = List.of();
  }

  /** Whether a log that held this must be found as that. */
  private boolean isWhatIsFound(List<Entry> expected, HardState expectedHardState, @Nullable LogStart owed, long found,
      List<Entry> entries, HardState foundHardState) {
    boolean lacksIt = owed != null && (owed.id().index() > expected.size()
        || expected.get((int) owed.id().index() - 1).term() != owed.id().term());
    if (owed != null && lacksIt) {
      boolean raised = expectedHardState.term() < owed.id().term();
      HardState hardState = raised ? new HardState(owed.id().term(), null) : expectedHardState;
      return found == owed.id().index() && entries.isEmpty() && foundHardState.equals(hardState);
    }
    return found <= base && found <= expected.size() && foundHardState.equals(expectedHardState)
        && expected.subList((int) found, expected.size()).equals(entries);
  }

  @Override
  public void syncBegins() {
    syncing = true;
  }

  @Override
  public void crash(Crash kind, SimRandom crashes) {
    rotMendable &= kind == Crash.PROCESS;
    markerLost |= kind == Crash.POWER;
    TrackedLog ended = log;
    log = null;
    if (ended != null) {
      if (syncing && crashes.chance(0.8)) {
        ended.stopInTheMiddle(crashes);
      }
      maybe = ended.underWay();
    }
    // A disk that stopped is the old object; what is found there is another.
    SimDisk before = disk;
    disk = kind == Crash.POWER ? before.afterPowerCut(crashes) : before.afterKill();
    if (kind == Crash.POWER && isRotten()) {
      keepMarker(before);
    }
  }

  /** Rot that no start has looked for yet and a power cut that takes the marker are the one pair that L2 does not promise to survive. */
  private void keepMarker(SimDisk before) {
    try {
      if (before.list().contains(MARKER)) {
        DiskFile marker = disk.list().contains(MARKER) ? disk.open(MARKER) : disk.create(MARKER);
        marker.write(0, ByteBuffer.wrap(before.contents(MARKER)));
        marker.syncAll();
        disk.sync();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void failNextSync() {
    boolean[] done = {false};
    disk.faults((operation, file) -> {
      if (done[0] || operation != Faults.Operation.SYNC) {
        return Faults.Fault.NONE;
      }
      done[0] = true;
      return Faults.Fault.FAIL;
    });
  }

  @Override
  public void failNextWrite(boolean half) {
    boolean[] done = {false};
    disk.faults((operation, file) -> {
      if (done[0] || operation != Faults.Operation.WRITE) {
        return Faults.Fault.NONE;
      }
      done[0] = true;
      return half ? Faults.Fault.FAIL_SHORT : Faults.Fault.FAIL;
    });
  }

  /** Files that are there can be written; a new segment may find no room. */
  @Override
  public void fill(SimRandom faults) {
    full = true;
    disk.capacity(disk.usedBytes() + faults.between(0, segmentBytes));
  }

  @Override
  public void makeRoom() {
    full = false;
    disk.capacity(Long.MAX_VALUE);
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public @Nullable String rot(boolean running, SimRandom faults) {
    try {
      LogRot drawn = LogRot.draw(disk, running || markerLost, faults);
      if (drawn == null) {
        return null;
      }
      drawn.flip(disk);
      rot = drawn;
      rotMendable = true;
      return drawn.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isRotten() {
    LogRot lies = rot;
    if (lies != null && !lies.isThere(disk)) {
      rot = null; // it went with its file
    }
    return rot != null;
  }

  @Override
  public boolean mendRot() {
    LogRot lies = rot;
    if (lies == null || !isRotten() || !rotMendable) {
      return false;
    }
    try {
      lies.flip(disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rot = null;
    return true;
  }

  @Override
  public boolean explains(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InjectedDiskFailure || (full && cause instanceof DiskFullException)
          || (isRotten() && (cause instanceof CorruptLogException || cause instanceof LostLogException))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void heal() {
    disk.faults(Faults.NONE);
    makeRoom();
  }

  @Override
  public DurableLog durable() {
    return this;
  }

  @Override
  public HardState hardState() {
    return durableHardState;
  }

  @Override
  public long lastIndex() {
    return durable.size();
  }

  @Override
  public long termAt(long index) {
    return index >= 1 && index <= durable.size() ? durable.get((int) index - 1).term() : 0;
  }

  /** The log of one process; it knows what was asked for and what was acknowledged. */
  private final class TrackedLog implements LogStore {
    private final SegmentedLog real;
    private final List<LogFrame> requested = new ArrayList<>();
    private LogFrame buffered = new LogFrame();

    TrackedLog(SegmentedLog real) {
      this.real = real;
    }

    List<LogFrame> underWay() {
      return List.copyOf(requested);
    }

    void stopInTheMiddle(SimRandom crashes) {
      disk.faults(Faults.at(crashes.between(1, 4), STOPS[crashes.between(0, STOPS.length - 1)]));
      try {
        real.persistPending();
      } catch (SimDisk.Stopped | IOException e) {
        // Whatever it did, nobody was told.
      }
    }

    @Override
    public io.balsa.raft.port.RecoveredLog recovered() {
      return real.recovered();
    }

    @Override
    public void saveHardState(HardState hardState) {
      real.saveHardState(hardState);
      buffered.saveHardState(hardState);
    }

    @Override
    public void truncateFrom(long fromIndex) {
      real.truncateFrom(fromIndex);
      buffered.truncate(fromIndex);
    }

    @Override
    public void append(List<Entry> entries) {
      real.append(entries);
      buffered.append(entries);
    }

    @Override
    public long diskBytesAfter(long index) {
      return real.diskBytesAfter(index);
    }

    @Override
    public LogId compactTo(long index) {
      LogId left = real.compactTo(index);
      if (left.index() < base || left.index() > Math.max(base, index)) {
        throw new IllegalStateException("compacted from " + base + " to " + left + ", asked for " + index);
      }
      base = left.index();
      return left;
    }

    @Override
    public void reset(LogId newBase, long stampNanos, Configuration configuration) {
      real.reset(newBase, stampNanos, configuration);
      buffered.reset(new LogStart(newBase, stampNanos, configuration));
      base = newBase.index();
    }

    @Override
    public void requestSync(long seq) {
      real.requestSync(seq);
      buffered.seq(seq);
      requested.add(buffered);
      buffered = new LogFrame();
    }

    @Override
    public long persistPending() throws IOException {
      long seq;
      try {
        seq = real.persistPending();
      } catch (IOException e) {
        throw injected(e);
      }
      syncing = false;
      while (!requested.isEmpty() && requested.get(0).seq() <= seq) {
        LogFrame frame = requested.remove(0);
        frame.applyTo(durable, committed);
        durableHardState = frame.hardState() == null ? durableHardState : frame.hardState();
      }
      return seq;
    }

    @Override
    public boolean maintain() throws IOException {
      try {
        return real.maintain();
      } catch (IOException e) {
        throw injected(e);
      }
    }

    @Override
    public List<Entry> readCached(long from, long to, long bytesMax) {
      return real.readCached(from, to, bytesMax);
    }

    @Override
    public List<Entry> read(long from, long to, long bytesMax) throws IOException {
      return real.read(from, to, bytesMax);
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }

  private static IOException injected(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).startsWith("injected")) {
        InjectedDiskFailure known = new InjectedDiskFailure(cause.getMessage());
        known.initCause(failure);
        return known;
      }
    }
    return failure;
  }
}
