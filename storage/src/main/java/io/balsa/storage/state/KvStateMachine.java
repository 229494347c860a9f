package io.balsa.storage.state;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.StateMachine;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.state.lock.LockRequest;
import io.balsa.storage.state.lock.LockTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys with their history, and sessions, as committed entries make them. Apply reads the entries and replicated state (A1), so every
 * node that applied the same entries holds the same rows, in whatever batches they came and however often it crashed.
 */
public final class KvStateMachine implements StateMachine<Result> {
  private final KeyValueStore store;
  private final KeyCache cache = new KeyCache();
  private final Leases leases;
  private final LockTable locks;
  private final StateReads reads;
  private StateRecord record;

  private KvStateMachine(KeyValueStore store, StateRecord record, Leases leases, LockTable locks) {
    this.store = store;
    this.record = record;
    this.leases = leases;
    this.locks = locks;
    this.reads = new StateReads(store, record, leases.all(), locks.all());
  }

  /**
   * Takes the store over; what is in memory is rebuilt from it (A2).
   *
   * @throws StateCorruptException if a row cannot be read
   */
  public static KvStateMachine open(KeyValueStore store) throws StoreException {
    StateRecord record = StateRecord.read(store);
    Leases leases = Leases.load(store, record.nextLeaseId());
    LockTable locks = LockTable.load(store, record.lastToken());
    for (LockRequest request : locks.all()) {
      if (leases.findSession(request.session()) == null) {
        throw new StateCorruptException("state is corrupt; a lock request outlived its session " + request.session()
            + ": stop this node, move its state directory aside and start again, which rebuilds the state from its log");
      }
    }
    return new KvStateMachine(store, record, leases, locks);
  }

  /** What any thread may read. */
  public StateReads reads() {
    return reads;
  }

  @Override
  public LogId applied() {
    return record.applied();
  }

  @Override
  public LogId flushedApplied() throws StoreException {
    return StateRecord.ofRow(store.flushed(ColumnFamily.META, StateRecord.rowKey())).applied();
  }

  @Override
  public void flush() throws StoreException {
    store.flush();
  }

  /** About what the state takes, in bytes. Any thread. */
  public long approximateBytes() throws StoreException {
    return store.approximateBytes();
  }

  @Override
  public List<@Nullable Result> apply(List<Entry> entries) throws StoreException {
    List<@Nullable Result> results = new ArrayList<>(entries.size());
    if (entries.isEmpty()) {
      return results;
    }
    ApplyBatch batch = new ApplyBatch(store, cache, leases, locks, record);
    LogId previous = record.applied();
    for (Entry entry : entries) {
      if (entry.index() != previous.index() + 1 || entry.term() < previous.term()) {
        throw new IllegalArgumentException("entry " + entry.id() + " does not follow " + previous);
      }
      batch.begin(entry);
      results.add(apply(entry, batch));
      batch.end();
      previous = entry.id();
    }
    record = batch.write(entries.getLast());
    reads.publish(record, batch.touched(), locks.touched());
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

  @Override
  public void install(IncomingSnapshot snapshot, boolean resetLog) {
    throw new UnsupportedOperationException("install");
  }

  @Override
  public void logReset() {
    throw new UnsupportedOperationException("logReset");
  }

  /** Everything that is held in memory, for comparing it with what a fresh open rebuilds. */
  @Override
  public String toString() {
    return record + "\n" + leases + "\n" + locks;
  }

  /** Flushes, so that the next start has nothing to replay, and closes the store. */
  @Override
  public void close() throws StoreException {
    try (store) {
      store.flush();
    }
  }
}
