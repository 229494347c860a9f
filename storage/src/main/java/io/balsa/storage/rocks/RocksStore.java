package io.balsa.storage.rocks;

import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.kv.WriteBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The state in RocksDB. Every call into native code holds the gate shared and {@link #close} takes it alone, so that nothing
 * native is used after it was freed: whoever comes late gets a {@link StoreClosedException}.
 */
public final class RocksStore implements KeyValueStore {
  /** Numbers the directories of checkpoints, of all stores of this process. */
  private static final AtomicLong checkpoints = new AtomicLong();
  /** The tables that grow with the number of changes. */
  private static final List<ColumnFamily> WITH_HISTORY = List.of(ColumnFamily.VERSIONS, ColumnFamily.REVISIONS,
      ColumnFamily.CURRENT);

  /** One that grew larger than batches usually are is not kept. */
  private static final int SPARE_BYTES_MAX = 4 << 20;

  private final Path directory;
  private final Tuning tuning;
  private final RocksDB database;
  private final ColumnFamilyHandle[] handles;
  private final int[] familyIds;
  private final Failures failures;
  /** What the batch before was built in: it has grown to what batches take. */
  private final AtomicReference<byte @Nullable []> spareBuffer = new AtomicReference<>();
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  /** Snapshots and iterators that are to be freed before the database. */
  private final Set<Held> held = ConcurrentHashMap.newKeySet();
  private boolean closed;
  private final Object reclaimMonitor = new Object();
  private @Nullable CompactRangeOptions reclaiming;
  private boolean closing;

  private RocksStore(Path directory, Tuning tuning, RocksDB database, List<ColumnFamilyHandle> handles,
      Failures failures) {
    this.directory = directory;
    this.tuning = tuning;
    this.database = database;
    this.handles = handles.toArray(ColumnFamilyHandle[]::new);
    this.familyIds = handles.stream().mapToInt(ColumnFamilyHandle::getID).toArray();
    this.failures = failures;
  }

  /**
   * Opens the state in {@code directory}, or makes an empty one where there is none.
   *
   * @throws io.balsa.storage.kv.StateCorruptException if files are missing or do not hold what was written
   * @throws StoreException if another process uses it, or the disk fails
   */
  public static RocksStore open(Path directory, RocksOptions options) throws StoreException {
    Failures failures = new Failures(directory);
    try {
      create(directory);
      checkWhole(directory, failures);
      NativeLibrary.load();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException("the state in " + directory + " cannot be opened: " + e, e);
    }
    Tuning tuning = new Tuning(options);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB database = RocksDB.open(tuning.database, directory.toString(), tuning.descriptors(), handles);
      return new RocksStore(directory, tuning, database, handles, failures);
    } catch (RocksDBException e) {
      tuning.close();
      throw failures.openFailure(e);
    }
  }

  /** RocksDB syncs what is in its directory; that the directory is there after a power cut is for whoever made it to see to. */
  private static void create(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().getParent();
    if (Files.isDirectory(directory) || parent == null) {
      return;
    }
    Files.createDirectories(directory);
    try (FileChannel entries = FileChannel.open(parent, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  /** RocksDB would begin anew in a directory that lost its file CURRENT: its second start finds an empty state. */
  private static void checkWhole(Path directory, Failures failures) throws IOException {
    if (Files.exists(directory.resolve("CURRENT"))) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".sst")) {
          throw failures.corrupt(name + " is there, but the file CURRENT is missing");
        }
      }
    }
  }

  @Override
  public WriteBatch newBatch() {
    return new RocksBatch(familyIds, spareBuffer.getAndSet(null));
  }

  @Override
  public void write(WriteBatch batch) throws StoreException {
    RocksBatch built = (RocksBatch) batch;
    if (built.isEmpty()) {
      return;
    }
    byte[] serialised = built.take();
    if (built.buffer().length <= SPARE_BYTES_MAX) {
      spareBuffer.set(built.buffer());
    }
    Lock lock = enter();
    try (org.rocksdb.WriteBatch rows = new org.rocksdb.WriteBatch(serialised)) {
      database.write(tuning.write, rows);
    } catch (RocksDBException e) {
      throw failures.failure("writing the state", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
    return get(family, key, tuning.read);
  }

  @Override
  public byte @Nullable [] flushed(ColumnFamily family, byte[] key) throws StoreException {
    return get(family, key, tuning.readFlushed);
  }

  private byte @Nullable [] get(ColumnFamily family, byte[] key, ReadOptions options) throws StoreException {
    Lock lock = enter();
    try {
      return database.get(handle(family), options, key);
    } catch (RocksDBException e) {
      throw failures.failure("reading the state", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException {
    return iterate(family, from, to, null);
  }

  private StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to,
      org.rocksdb.@Nullable Snapshot snapshot) throws StoreException {
    Lock lock = enter();
    try {
      RocksCursor cursor = new RocksCursor(this, database, handle(family), from, to, Tuning.scansFillCache(family),
          snapshot);
      held.add(cursor);
      return cursor;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public StoreSnapshot snapshot() throws StoreException {
    Lock lock = enter();
    try {
      HeldSnapshot snapshot = new HeldSnapshot(database.getSnapshot());
      held.add(snapshot);
      return snapshot;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws StoreException {
    Lock lock = enter();
    try {
      database.flush(tuning.flush, List.of(handles));
    } catch (RocksDBException e) {
      throw failures.failure("flushing the state", e);
    } finally {
      lock.unlock();
    }
  }

  /** {@inheritDoc} It is a directory of hard links beside this store's own. */
  @Override
  public Checkpoint checkpoint() throws StoreException {
    Path links = directory.resolveSibling(Stores.CHECKPOINT_PREFIX + checkpoints.incrementAndGet());
    Lock lock = enter();
    try (org.rocksdb.Checkpoint checkpoint = org.rocksdb.Checkpoint.create(database)) {
      // It flushes first, all families atomically because the database is opened so; without a WAL that is all there is.
      checkpoint.createCheckpoint(links.toString());
    } catch (RocksDBException e) {
      throw failures.failure("taking a checkpoint of the state", e);
    } finally {
      lock.unlock();
    }
    return RocksCheckpoint.of(links);
  }

  /**
   * {@inheritDoc} The memtables are flushed first: what they hold counts, and deletions there hide rows in files. Then the tables that
   * history fills are rewritten from level to level, which drops what was deleted and, in the end, the deletions.
   */
  @Override
  public void reclaim() throws StoreException {
    Lock lock = enter();
    CompactRangeOptions options = new CompactRangeOptions().setExclusiveManualCompaction(false);
    try {
      if (!begins(options)) {
        return;
      }
      database.flush(tuning.flush, List.of(handles));
      for (ColumnFamily family : WITH_HISTORY) {
        database.compactRange(handle(family), null, null, options);
      }
    } catch (RocksDBException e) {
      if (!isClosing()) {
        throw failures.failure("reclaiming space of the state", e);
      }
    } finally {
      synchronized (reclaimMonitor) {
        reclaiming = null;
        options.close();
      }
      lock.unlock();
    }
  }

  private boolean begins(CompactRangeOptions options) {
    synchronized (reclaimMonitor) {
      reclaiming = options;
      return !closing;
    }
  }

  private boolean isClosing() {
    synchronized (reclaimMonitor) {
      return closing;
    }
  }

  /** It would hold up the close for as long as it takes. */
  private void endReclaim() {
    synchronized (reclaimMonitor) {
      closing = true;
      if (reclaiming != null) {
        reclaiming.setCanceled(true);
      }
    }
  }

  @Override
  public long approximateBytes() throws StoreException {
    Lock lock = enter();
    try {
      return database.getAggregatedLongProperty("rocksdb.total-sst-files-size")
          + database.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
    } catch (RocksDBException e) {
      throw failures.failure("measuring the state", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws StoreException {
    endReclaim();
    gate.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      // The calls that hold the gate have ended; nobody gets past enter() any more.
      closed = true;
      held.forEach(Held::free);
      held.clear();
      for (ColumnFamilyHandle handle : handles) {
        handle.close();
      }
      database.closeE();
    } catch (RocksDBException e) {
      throw failures.failure("closing the state", e);
    } finally {
      tuning.close();
      gate.writeLock().unlock();
    }
  }

  /** Enters the gate: what is native stays until the lock is let go. */
  Lock enter() throws StoreClosedException {
    Lock lock = gate.readLock();
    lock.lock();
    if (closed) {
      lock.unlock();
      throw new StoreClosedException();
    }
    return lock;
  }

  /** Closes something that may be closed twice: by its user and by {@link #close}. */
  void release(Held object) {
    Lock lock = gate.readLock();
    lock.lock();
    try {
      if (held.remove(object)) {
        object.free();
      }
    } finally {
      lock.unlock();
    }
  }

  Failures failures() {
    return failures;
  }

  private ColumnFamilyHandle handle(ColumnFamily family) {
    return handles[family.position()];
  }

  /** Something native that ends before the database does. */
  interface Held {
    /** Once, inside the gate. */
    void free();
  }

  private final class HeldSnapshot implements StoreSnapshot, Held {
    private final org.rocksdb.Snapshot snapshot;
    private final ReadOptions options;

    HeldSnapshot(org.rocksdb.Snapshot snapshot) {
      this.snapshot = snapshot;
      this.options = new ReadOptions().setVerifyChecksums(true).setSnapshot(snapshot);
    }

    @Override
    public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
      checkHeld();
      return RocksStore.this.get(family, key, options);
    }

    @Override
    public StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException {
      checkHeld();
      return RocksStore.this.iterate(family, from, to, snapshot);
    }

    @Override
    public void close() {
      release(this);
    }

    private void checkHeld() throws StoreClosedException {
      if (!held.contains(this)) {
        throw new StoreClosedException();
      }
    }

    @Override
    public void free() {
      options.close();
      database.releaseSnapshot(snapshot);
    }
  }
}
