package io.balsa.storage.snapshot;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.state.AppliedState;
import io.balsa.storage.state.StateHome;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where a group's state lives: which directory holds it, what takes its place, and snapshots of it to be sent and received. Opened by
 * {@link OpenState}, before the log: the state machine says what the log must hold, and whether it is to be reset.
 *
 * <p>{@link #install}, {@link #replaced} and {@link #logReset} belong to the applier's thread; {@link #open}, {@link #receive}, what
 * they give, and {@link #removeReplaced} to any thread that may wait for a disk, one at a time for what is received, and for what is
 * removed.
 */
public final class StateDirectory implements SnapshotStore, StateHome {
  private final Volume volume;
  private final Stores stores;
  private final StateOptions options;
  private final SnapshotCounters counters;
  private final Object lock = new Object();
  private volatile KeyValueStore store;
  private volatile CurrentState current;
  /** Between install and replaced. */
  private @Nullable String replacedDirectory;
  /** The states before, the oldest first: nobody needs them, and they go file by file. */
  private final Queue<String> replaced = new ConcurrentLinkedQueue<>();
  private @Nullable SharedCheckpoint outgoing;
  private @Nullable ReceivedSnapshot incoming;

  StateDirectory(Volume volume, Stores stores, StateOptions options, SnapshotCounters counters, CurrentState current,
      KeyValueStore store, @Nullable ReceivedSnapshot incoming) {
    this.volume = volume;
    this.stores = stores;
    this.options = options;
    this.counters = counters;
    this.current = current;
    this.store = store;
    this.incoming = incoming;
  }

  /**
   * Says to the next start that the state is damaged: it sets it aside and lets log or snapshot bring it back (I3). Durable when it
   * returns; any thread, also beside an open state.
   */
  public static void markCorrupt(Volume volume, String why) throws IOException {
    StateRecovery.mark(volume, why);
  }

  public SnapshotCounts counts() {
    return counters.now();
  }

  @Override
  public OutgoingSnapshot open(long minIndex) throws IOException {
    return openShared(minIndex);
  }

  SharedCheckpoint.Reader openShared(long minIndex) throws IOException {
    synchronized (lock) {
      SharedCheckpoint shared = outgoing;
      SharedCheckpoint.Reader reader = shared == null || shared.meta().lastIncluded().index() < minIndex ? null
          : shared.join();
      if (reader != null) {
        return reader;
      }
      SharedCheckpoint taken = take();
      outgoing = taken;
      reader = taken.join();
      if (reader == null || reader.meta().lastIncluded().index() < minIndex) {
        throw new IllegalStateException("a snapshot of " + taken.meta().lastIncluded() + " does not hold entry "
            + minIndex + ", which was said to be applied");
      }
      return reader;
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very store, not one that holds the same
  private SharedCheckpoint take() throws IOException {
    while (true) {
      KeyValueStore open = store;
      try {
        SharedCheckpoint made = SharedCheckpoint.of(open.checkpoint(), options.ids().getAsLong());
        counters.taken.incrementAndGet();
        return made;
      } catch (StoreClosedException e) {
        if (open == store) {
          throw e; // closed for good, not replaced by an install
        }
      }
    }
  }

  @Override
  public IncomingSnapshot receive(SnapshotMeta meta) throws IOException {
    synchronized (lock) {
      ReceivedSnapshot here = incoming;
      if (here != null && here.meta().equals(meta) && !here.isDiscarded()) {
        return here;
      }
      if (here != null) {
        here.discard();
      }
      here = ReceivedSnapshot.begin(volume, stores, options, counters, meta, freeName(meta));
      incoming = here;
      return here;
    }
  }

  private String freeName(SnapshotMeta meta) throws IOException {
    String name = StateRecovery.STATE + "-" + meta.lastIncluded().index() + "-" + String.format("%016x", meta.id());
    while (volume.directories().contains(name)) {
      name += "-again";
    }
    return name;
  }

  // ---- for the state machine

  @Override
  public KeyValueStore store() {
    return store;
  }

  @Override
  public Configuration initialConfiguration() {
    return options.initial();
  }

  @Override
  public boolean isLogResetOwed() {
    return current.resetLog();
  }

  @Override
  public KeyValueStore install(IncomingSnapshot snapshot, boolean resetLog) throws IOException {
    if (!(snapshot instanceof ReceivedSnapshot arrived) || !arrived.isFinished()) {
      throw new IllegalArgumentException("only a snapshot that was received here and finished can be installed");
    }
    KeyValueStore next = stores.open(arrived.directory());
    LogId held = AppliedState.read(next::get).applied();
    if (!held.equals(arrived.meta().lastIncluded())) {
      throw new StoreException("the snapshot of entry " + arrived.meta().lastIncluded() + " holds entry " + held);
    }
    options.crashes().accept(CrashPoint.INSTALL_OPENED);
    replacedDirectory = current.directory();
    current = new CurrentState(arrived.directory(), held, resetLog);
    current.write(volume.files());
    options.crashes().accept(CrashPoint.INSTALL_SWITCHED);
    store = next;
    return next;
  }

  @Override
  public void replaced() throws IOException {
    String old = replacedDirectory;
    if (old != null) {
      replaced.add(old);
      replacedDirectory = null;
    }
    synchronized (lock) {
      ReceivedSnapshot.forget(volume);
      incoming = null;
    }
    counters.installed.incrementAndGet();
    options.crashes().accept(CrashPoint.INSTALL_DONE);
  }

  /** {@inheritDoc} A file is a piece: it may be large, and a disk may take its time to free it. */
  @Override
  public boolean removeReplaced() throws IOException {
    String directory = replaced.peek();
    if (directory == null) {
      return false;
    }
    if (volume.removeSome(directory)) {
      options.crashes().accept(CrashPoint.REPLACED_PARTLY_REMOVED);
      return true;
    }
    replaced.remove();
    options.crashes().accept(CrashPoint.REPLACED_REMOVED);
    return !replaced.isEmpty();
  }

  @Override
  public void logReset() throws IOException {
    CurrentState here = current;
    current = new CurrentState(here.directory(), here.installed(), false);
    current.write(volume.files());
    options.crashes().accept(CrashPoint.RESET_FORGOTTEN);
  }
}
