package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.RecoveredLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log disk at the level of frames (L1): a frame is there as a whole or not at all. A frame is on its way (frozen by
 * {@link #syncBegins}), written (in the page cache), or synced. One that is written and not synced is visible to the next open
 * and lost at the next power cut, unless recovery copies it, as {@link #open} does (L3).
 */
public class SimLogDisk implements NodeDisk, DurableLog {
  /** What the log on this disk begins behind. The entries before it are remembered, and can be read no more. */
  private LogStart start;
  private List<Entry> committed = List.of();
  /** Entries that are in the memory of the process beside those not yet written; the others take a read from disk. */
  private final int cachedEntries;
  private final List<Entry> synced = new ArrayList<>();
  private HardState syncedHardState = HardState.INITIAL;
  /** Written by a process that ended before the sync did. */
  private final List<LogFrame> written = new ArrayList<>();
  private boolean failNextSync;
  private boolean failNextWrite;
  private boolean full;
  private boolean rotten;
  protected @Nullable SimLogStore store;

  public SimLogDisk(Configuration initial, int cachedEntries) {
    this.start = LogStart.initial(initial);
    this.cachedEntries = cachedEntries;
  }

  @Override
  public LogStore open(Opening opening) throws IOException {
    if (rotten) {
      throw new InjectedDiskFailure("injected: the log is damaged");
    }
    if (full) {
      throw new InjectedDiskFailure("injected: disk full");
    }
    committed = opening.committed();
    for (LogFrame frame : written) {
      recover(frame);
    }
    written.clear();
    LogStart owed = opening.resetOwed();
    if (owed != null && termAt(owed.id().index()) != owed.id().term()) {
      LogFrame reset = new LogFrame();
      reset.reset(owed);
      if (syncedHardState.term() < owed.id().term()) {
        reset.saveHardState(new HardState(owed.id().term(), null));
      }
      makeDurable(reset);
    }
    if (opening.applied().index() < start.id().index() && !opening.stateLost()) {
      throw new IllegalStateException("the log begins behind " + start.id() + ", the state has applied only "
          + opening.applied());
    }
    SimLogStore opened = newStore(new ArrayList<>(synced), cachedEntries, syncedHardState);
    store = opened;
    return opened;
  }

  /** A frame that an earlier process wrote and did not sync: copied and synced before anyone counts on it (L3). */
  protected void recover(LogFrame frame) {
    makeDurable(frame);
  }

  protected SimLogStore newStore(List<Entry> entries, int cached, HardState hardState) {
    return new SimLogStore(this, entries, cached, recovered(entries, hardState));
  }

  protected final RecoveredLog recovered(List<Entry> entries, HardState hardState) {
    LogIndex index = new LogIndex(start.id());
    long stamp = start.stampNanos();
    List<RecoveredLog.ConfigurationAt> configurations = new ArrayList<>();
    configurations.add(new RecoveredLog.ConfigurationAt(start.id().index(), start.configuration()));
    for (Entry entry : entries.subList((int) start.id().index(), entries.size())) {
      index.append(entry.term(), entry.index(), entry.sizeBytes());
      stamp = entry.stampNanos();
      if (entry.type() == EntryType.CONFIGURATION) {
        configurations.add(
            new RecoveredLog.ConfigurationAt(entry.index(), Configuration.decode(entry.payload())));
      }
    }
    return new RecoveredLog(hardState, index, stamp, configurations);
  }

  LogStart start() {
    return start;
  }

  List<Entry> committed() {
    return committed;
  }

  /** The files before this entry are gone. */
  void compactTo(long index) {
    Configuration configuration = start.configuration();
    for (Entry entry : synced.subList((int) start.id().index(), (int) index)) {
      if (entry.type() == EntryType.CONFIGURATION) {
        configuration = Configuration.decode(entry.payload());
      }
    }
    Entry last = synced.get((int) index - 1);
    start = new LogStart(last.id(), last.stampNanos(), configuration);
  }

  @Override
  public void syncBegins() {
    if (store != null) {
      store.freeze();
    }
  }

  /** The write and the fdatasync of one frame. */
  void sync(LogFrame frame) throws IOException {
    if (failNextWrite || full) {
      failNextWrite = false;
      throw new InjectedDiskFailure(full ? "injected: disk full" : "injected: write failed");
    }
    if (failNextSync) {
      failNextSync = false;
      written.add(frame);
      throw new InjectedDiskFailure("injected: fdatasync failed");
    }
    makeDurable(frame);
  }

  /** For harness tests: written, and not synced. */
  protected final void keepInPageCache(LogFrame frame) {
    written.add(frame);
  }

  protected final void makeDurable(LogFrame frame) {
    frame.applyTo(synced, committed);
    LogStart reset = frame.resetTo();
    if (reset != null) {
      start = reset;
    }
    HardState hardState = frame.hardState();
    if (hardState != null) {
      syncedHardState = hardState;
    }
  }

  @Override
  public void crash(Crash kind, SimRandom random) {
    failNextWrite = false; // it was to befall that process
    LogFrame underway = store == null ? null : store.frozen();
    store = null;
    if (underway != null) {
      // Before the write, between write and sync, or after the sync: nobody was told yet in any case.
      int stage = random.between(0, 2);
      if (stage == 2) {
        makeDurable(underway);
      } else if (stage == 1 && kind == Crash.PROCESS) {
        written.add(underway);
      }
    }
    if (kind == Crash.POWER) {
      losePageCache(random);
    }
  }

  /** Pages reach the disk in any order, frames count from the first to the last that is whole (L2). */
  private void losePageCache(SimRandom random) {
    for (LogFrame frame : written) {
      if (!random.chance(0.5)) {
        break;
      }
      makeDurable(frame);
    }
    written.clear();
  }

  @Override
  public void failNextSync() {
    failNextSync = true;
  }

  /** A frame of which a part is there counts as none (L1), so half a write is none. */
  @Override
  public void failNextWrite(boolean half) {
    failNextWrite = true;
  }

  @Override
  public void fill(SimRandom random) {
    full = true;
  }

  @Override
  public void makeRoom() {
    full = false;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  @Override
  public @Nullable String rot(boolean running, SimRandom random) {
    if (running) {
      return null;
    }
    rotten = true;
    return "a frame";
  }

  @Override
  public boolean isRotten() {
    return rotten;
  }

  @Override
  public boolean mendRot() {
    boolean mended = rotten;
    rotten = false;
    return mended;
  }

  @Override
  public boolean explains(Throwable failure) {
    return failure instanceof InjectedDiskFailure;
  }

  @Override
  public void heal() {
    failNextSync = false;
    failNextWrite = false;
    full = false;
  }

  @Override
  public boolean forget(long lastIndex) {
    written.clear();
    if (lastIndex < start.id().index() || lastIndex >= synced.size()) {
      return false;
    }
    synced.subList((int) lastIndex, synced.size()).clear();
    return true;
  }

  @Override
  public DurableLog durable() {
    return this;
  }

  @Override
  public HardState hardState() {
    return syncedHardState;
  }

  @Override
  public long lastIndex() {
    return synced.size();
  }

  @Override
  public long termAt(long index) {
    return index >= 1 && index <= synced.size() ? synced.get((int) index - 1).term() : 0;
  }
}
