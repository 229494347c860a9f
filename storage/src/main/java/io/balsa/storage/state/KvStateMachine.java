package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.StateMachine;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.state.lock.LockRequest;
import io.balsa.storage.state.lock.LockTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keys with their history, and sessions, as committed entries make them. Apply reads the entries and replicated state (A1), so every
 * node that applied the same entries holds the same rows, in whatever batches they came and however often it crashed.
 */
public final class KvStateMachine implements StateMachine<Result> {
  /** Of results, above which a batch ends. */
  private static final long BATCH_RESULT_BYTES = 8 << 20;

  private final StateHome home;
  private final StateReads reads;
  /** Changed by an install only; other threads flush it. */
  private volatile KeyValueStore store;
  private KeyCache cache = new KeyCache();
  private Leases leases;
  private LockTable locks;
  private StateRecord record;
  /** The process before this one may have left something. */
  private boolean obsolete = true;
  private final AtomicLong versionsRemoved = new AtomicLong();

  private KvStateMachine(StateHome home, Tables tables) {
    this.home = home;
    this.store = home.store();
    this.record = tables.record;
    this.leases = tables.leases;
    this.locks = tables.locks;
    this.reads = new StateReads(store, cache, record, leases.all(), locks.all());
  }

  /** What is kept in memory of a store: rebuilt from its rows alone (A2). */
  private record Tables(StateRecord record, Leases leases, LockTable locks) {
    static Tables load(StateHome home, KeyValueStore store) throws StoreException {
      StateRecord record = StateRecord.read(store);
      if (record.configuration().equals(Configuration.EMPTY)) {
        record = record.with(home.initialConfiguration());
      }
      Leases leases = Leases.load(store, record.nextLeaseId());
      LockTable locks = LockTable.load(store, record.lastToken());
      for (LockRequest request : locks.all()) {
        if (leases.findSession(request.session()) == null) {
          throw new StateCorruptException("state is corrupt; a lock request outlived its session " + request.session()
              + ": stop this node, move its state directory aside and start again, which rebuilds the state from its log");
        }
      }
      return new Tables(record, leases, locks);
    }
  }

  /**
   * Takes over the store that is open there; what is in memory is rebuilt from it (A2).
   *
   * @throws StateCorruptException if a row cannot be read
   */
  public static KvStateMachine open(StateHome home) throws StoreException {
    return new KvStateMachine(home, Tables.load(home, home.store()));
  }

  /** One that no snapshot is ever installed into. */
  public static KvStateMachine open(KeyValueStore store) throws StoreException {
    return open(new FixedHome(store));
  }

  /** What any thread may read. */
  public StateReads reads() {
    return reads;
  }

  @Override
  public LogId applied() {
    return record.applied();
  }

  /** What was applied, in full. Applier's thread, or before it runs. */
  public AppliedState appliedState() {
    return new AppliedState(record.applied(), record.stampNanos(), record.revision(), record.configuration());
  }

  @Override
  public LogId flushedApplied() throws StoreException {
    return onStore(open -> StateRecord.ofRow(open.flushed(ColumnFamily.META, StateRecord.rowKey())).applied());
  }

  @Override
  public void flush() throws StoreException {
    onStore(open -> {
      open.flush();
      return open;
    });
  }

  /** About what the state takes, in bytes. Any thread. */
  public long approximateBytes() throws StoreException {
    return onStore(KeyValueStore::approximateBytes);
  }

  private interface StoreCall<T> {
    T on(KeyValueStore open) throws StoreException;
  }

  /** A store that was replaced under a call of another thread is no failure: what took its place is asked. */
  private <T> T onStore(StoreCall<T> call) throws StoreException {
    while (true) {
      KeyValueStore open = store;
      try {
        return call.on(open);
      } catch (StoreClosedException e) {
        if (open.equals(store)) {
          throw e;
        }
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>It stops when the results have become large: an entry of fifty bytes may have one of 1.5 MiB, and after a start there are tens
   * of thousands of entries to a batch.
   */
  @Override
  public List<@Nullable Result> apply(List<Entry> entries) throws StoreException {
    List<@Nullable Result> results = new ArrayList<>(entries.size());
    if (entries.isEmpty()) {
      return results;
    }
    ApplyBatch batch = new ApplyBatch(store, cache, leases, locks, record);
    LogId previous = record.applied();
    long resultBytes = 0;
    for (Entry entry : entries) {
      if (resultBytes >= BATCH_RESULT_BYTES) {
        break;
      }
      if (entry.index() != previous.index() + 1 || entry.term() < previous.term()) {
        throw new IllegalArgumentException("entry " + entry.id() + " does not follow " + previous);
      }
      batch.begin(entry);
      Result result = apply(entry, batch);
      results.add(result);
      resultBytes += result == null ? 0 : result.getSerializedSize();
      batch.end();
      previous = entry.id();
    }
    StateRecord written = batch.write(entries.get(results.size() - 1));
    obsolete |= written.compactedRevision() != record.compactedRevision();
    record = written;
    reads.publish(record, batch.touched(), locks.touched(), batch.changedKeys());
    batch.published();
    return results;
  }

  private static @Nullable Result apply(Entry entry, ApplyBatch batch) throws StoreException {
    switch (entry.type()) {
      case COMMAND -> {
        return Commands.apply(entry.payload(), batch);
      }
      case CLOCK -> Expiry.expireDue(batch);
      case CONFIGURATION -> configure(entry.payload(), batch);
      case NOOP -> {
        // Says that its leader has begun.
      }
    }
    return null;
  }

  /** The core refuses an entry that holds no configuration before it is appended; here such a one would change nothing (A6). */
  private static void configure(Bytes payload, ApplyBatch batch) {
    Configuration configuration;
    try {
      configuration = Configuration.decode(payload);
    } catch (IllegalArgumentException e) {
      return;
    }
    batch.setConfiguration(configuration);
  }

  @Override
  public long nextDueNanos() {
    if (locks.hasGrantable()) {
      return record.clusterTimeNanos();
    }
    Lease first = leases.first();
    return Math.min(first == null ? Long.MAX_VALUE : first.deadlineNanos, locks.firstDeadlineNanos());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Readers go on with the store before it until everything is in place: then they are given the new one at once, with its
   * revision and its sessions (a reader that saw new sessions and old rows would miss its own writes, S5), and only then the old
   * one is closed, which ends the iterators that are open on it; its files go later, elsewhere. A read that this ends is repeated on
   * the new store by {@link StateReads}. Nothing is taken from this machine's memory: applied LogId, clock, configuration and all
   * tables are what the snapshot's rows say (A2, A3).
   */
  @Override
  public void install(IncomingSnapshot snapshot, boolean resetLog) throws IOException {
    KeyValueStore old = store;
    KeyValueStore installed = home.install(snapshot, resetLog);
    Tables tables = Tables.load(home, installed);
    record = tables.record;
    leases = tables.leases;
    locks = tables.locks;
    cache = new KeyCache();
    store = installed;
    reads.replace(installed, cache, record, leases.all(), locks.all());
    old.close();
    home.replaced();
    obsolete = true;
  }

  @Override
  public boolean takeObsolete() {
    boolean taken = obsolete;
    obsolete = false;
    return taken;
  }

  /** {@inheritDoc} States that were replaced go first, then the history that was compacted. */
  @Override
  public boolean removeObsolete() throws IOException {
    if (home.removeReplaced()) {
      return true;
    }
    try {
      HistoryRemoval.Piece piece = onStore(HistoryRemoval::removePiece);
      versionsRemoved.addAndGet(piece.removed());
      return piece.more();
    } catch (StoreClosedException e) {
      return false; // the node stops: the next start goes on
    }
  }

  /** Old versions that were deleted since this was opened. Any thread. */
  public long versionsRemoved() {
    return versionsRemoved.get();
  }

  /**
   * Gives space that deletions have left back to the disk. It may take as long as writing the whole state does; reads and apply go on
   * beside it. Any thread that may wait for a disk; one at a time.
   */
  public void reclaim() throws StoreException {
    try {
      onStore(open -> {
        open.reclaim();
        return open;
      });
    } catch (StoreClosedException e) {
      // The node stops: what is left is as good at its next start.
    }
  }

  @Override
  public void logReset() throws IOException {
    home.logReset();
  }

  @Override
  public @Nullable LogStart logResetOwed() {
    return home.isLogResetOwed() ? new LogStart(record.applied(), record.stampNanos(), record.configuration()) : null;
  }

  /** Everything that is held in memory, for comparing it with what a fresh open rebuilds. */
  @Override
  public String toString() {
    return record + "\n" + leases + "\n" + locks;
  }

  /** Flushes, so that the next start has nothing to replay, and closes the store. */
  @Override
  public void close() throws StoreException {
    try (KeyValueStore closing = store) {
      closing.flush();
    }
  }

  private record FixedHome(KeyValueStore store) implements StateHome {
    @Override
    public Configuration initialConfiguration() {
      return Configuration.EMPTY;
    }

    @Override
    public boolean isLogResetOwed() {
      return false;
    }

    @Override
    public KeyValueStore install(IncomingSnapshot snapshot, boolean resetLog) {
      throw new UnsupportedOperationException("this state has no place for a snapshot");
    }

    @Override
    public void replaced() {
      throw new UnsupportedOperationException("this state has no place for a snapshot");
    }

    @Override
    public boolean removeReplaced() {
      return false;
    }

    @Override
    public void logReset() {
      throw new UnsupportedOperationException("this state has no place for a snapshot");
    }
  }
}
