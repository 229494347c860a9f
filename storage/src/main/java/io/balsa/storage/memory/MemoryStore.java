package io.balsa.storage.memory;

import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.kv.WriteBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state in memory. {@link #flush} and {@link #crash} are the simulator's to call: a crash leaves what the last flush held, over all
 * tables at once, and nothing is flushed by itself. Deterministic. Any thread may read and write.
 */
public final class MemoryStore implements KeyValueStore {
  private volatile Tables current;
  private volatile Tables flushed;
  private volatile boolean closed;

  public MemoryStore() {
    this(Tables.EMPTY);
  }

  private MemoryStore(Tables tables) {
    current = tables;
    flushed = tables;
  }

  /** Ends this store as a power cut would. What comes back holds what was flushed. */
  public synchronized MemoryStore crash() {
    closed = true;
    return new MemoryStore(flushed);
  }

  /** A store with the same state, all of it flushed; this one goes on untouched. What a snapshot of it would install. */
  public MemoryStore copy() {
    return new MemoryStore(current);
  }

  @Override
  public WriteBatch newBatch() {
    return new Batch();
  }

  @Override
  public synchronized void write(WriteBatch batch) throws StoreException {
    checkOpen();
    current = current.with(((Batch) batch).take());
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
    checkOpen();
    return current.table(family).get(key);
  }

  @Override
  public StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException {
    checkOpen();
    return new Cursor(current.table(family), from, to);
  }

  @Override
  public StoreSnapshot snapshot() throws StoreException {
    checkOpen();
    return new Snapshot(current);
  }

  @Override
  public byte @Nullable [] flushed(ColumnFamily family, byte[] key) throws StoreException {
    checkOpen();
    return flushed.table(family).get(key);
  }

  @Override
  public synchronized void flush() throws StoreException {
    checkOpen();
    flushed = current;
  }

  @Override
  public synchronized Checkpoint checkpoint() throws StoreException {
    checkOpen();
    Tables held = current;
    flushed = held;
    return new MemoryCheckpoint(held);
  }

  @Override
  public void reclaim() throws StoreException {
    // Nothing is left behind in memory.
    checkOpen();
  }

  /** All rows as one file, which {@link #of} reads. */
  public byte[] toBytes() throws StoreException {
    checkOpen();
    return MemoryFile.encode(current.tables());
  }

  /**
   * A store with the rows that {@link #toBytes} gave, all of them flushed.
   *
   * @throws io.balsa.storage.kv.StateCorruptException if these are not whole those bytes
   */
  public static MemoryStore of(byte[] bytes) throws StoreException {
    return new MemoryStore(Tables.of(MemoryFile.decode(bytes)));
  }

  @Override
  public long approximateBytes() throws StoreException {
    checkOpen();
    return current.bytes();
  }

  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen() throws StoreClosedException {
    if (closed) {
      throw new StoreClosedException();
    }
  }

  /** All tables between two batches. */
  private record Tables(List<PersistentTable> tables, long bytes) {
    static final Tables EMPTY = new Tables(
        Stream.of(ColumnFamily.values()).map(family -> PersistentTable.EMPTY).toList(), 0);

    static Tables of(List<PersistentTable> tables) {
      long size = 0;
      for (PersistentTable table : tables) {
        for (var row = table.atOrAfter(new byte[0], false); row != null; row = table.atOrAfter(row.key, true)) {
          size += row.key.length + (long) row.value.length;
        }
      }
      return new Tables(tables, size);
    }

    PersistentTable table(ColumnFamily family) {
      return tables.get(family.position());
    }

    Tables with(List<Change> changes) {
      List<PersistentTable> changed = new ArrayList<>(tables);
      long size = bytes;
      for (Change change : changes) {
        PersistentTable table = changed.get(change.family.position());
        if (change.to != null) {
          for (var row = table.atOrAfter(change.key, false); row != null
              && Arrays.compareUnsigned(row.key, change.to) < 0; row = table.atOrAfter(change.key, false)) {
            size -= row.key.length + (long) row.value.length;
            table = table.delete(row.key);
          }
          changed.set(change.family.position(), table);
          continue;
        }
        byte[] old = table.get(change.key);
        if (old != null) {
          size -= change.key.length + (long) old.length;
        }
        if (change.value == null) {
          table = table.delete(change.key);
        } else {
          table = table.put(change.key, change.value);
          size += change.key.length + (long) change.value.length;
        }
        changed.set(change.family.position(), table);
      }
      return new Tables(List.copyOf(changed), size);
    }
  }

  private static final class Change {
    final ColumnFamily family;
    final byte[] key;
    /** Null: deleted. */
    final byte @Nullable [] value;
    /** Not null: all rows from {@code key} to before it are deleted. */
    final byte @Nullable [] to;

    Change(ColumnFamily family, byte[] key, byte @Nullable [] value, byte @Nullable [] to) {
      this.family = family;
      this.key = key;
      this.value = value;
      this.to = to;
    }
  }

  private static final class Batch implements WriteBatch {
    private @Nullable List<Change> changes = new ArrayList<>();

    @Override
    public void put(ColumnFamily family, byte[] key, byte[] value) {
      add(new Change(family, key, value, null));
    }

    @Override
    public void delete(ColumnFamily family, byte[] key) {
      add(new Change(family, key, null, null));
    }

    @Override
    public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
      add(new Change(family, from, null, to));
    }

    private void add(Change change) {
      Objects.requireNonNull(changes, "this batch was written already").add(change);
    }

    List<Change> take() {
      List<Change> taken = Objects.requireNonNull(changes, "this batch was written already");
      changes = null;
      return taken;
    }
  }

  /** What RocksDB does with links, memory does with a reference. */
  private static final class MemoryCheckpoint implements Checkpoint {
    private final Tables held;
    private final byte[] file;

    MemoryCheckpoint(Tables held) {
      this.held = held;
      this.file = MemoryFile.encode(held.tables());
    }

    @Override
    public List<File> files() {
      return List.of(new File(MemoryFile.NAME, file.length));
    }

    @Override
    public int read(String name, long offset, ByteBuffer into) throws StoreException {
      if (!name.equals(MemoryFile.NAME)) {
        throw new StoreException("a checkpoint in memory has no file " + name);
      }
      int count = (int) Math.max(0, Math.min(into.remaining(), file.length - offset));
      into.put(file, count == 0 ? 0 : (int) offset, count);
      return count;
    }

    @Override
    public byte @Nullable [] get(ColumnFamily family, byte[] key) {
      return held.table(family).get(key);
    }

    @Override
    public void verify() throws StoreException {
      MemoryFile.decode(file);
    }

    @Override
    public void close() {
      // Memory goes by itself.
    }
  }

  private final class Snapshot implements StoreSnapshot {
    private final Tables held;
    private volatile boolean released;

    Snapshot(Tables held) {
      this.held = held;
    }

    @Override
    public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
      checkHeld();
      return held.table(family).get(key);
    }

    @Override
    public StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException {
      checkHeld();
      return new Cursor(held.table(family), from, to);
    }

    @Override
    public void close() {
      released = true;
    }

    private void checkHeld() throws StoreClosedException {
      checkOpen();
      if (released) {
        throw new StoreClosedException();
      }
    }
  }

  private final class Cursor implements StoreIterator {
    private final PersistentTable table;
    private final byte[] from;
    private final byte @Nullable [] to;
    private PersistentTable.@Nullable Node row;

    Cursor(PersistentTable table, byte[] from, byte @Nullable [] to) {
      this.table = table;
      this.from = from;
      this.to = to;
    }

    @Override
    public boolean seek(byte[] key) throws StoreException {
      return moveTo(table.atOrAfter(Arrays.compareUnsigned(key, from) < 0 ? from : key, false));
    }

    @Override
    public boolean seekBefore(byte[] key) throws StoreException {
      return moveTo(table.before(to != null && Arrays.compareUnsigned(to, key) < 0 ? to : key));
    }

    @Override
    public boolean seekFirst() throws StoreException {
      return moveTo(table.atOrAfter(from, false));
    }

    @Override
    public boolean seekLast() throws StoreException {
      return moveTo(table.before(to));
    }

    @Override
    public boolean next() throws StoreException {
      return moveTo(table.atOrAfter(row().key, true));
    }

    @Override
    public boolean previous() throws StoreException {
      return moveTo(table.before(row().key));
    }

    @Override
    public byte[] key() throws StoreException {
      return row().key;
    }

    @Override
    public byte[] value() throws StoreException {
      return row().value;
    }

    @Override
    public void close() {
      row = null;
    }

    private PersistentTable.Node row() throws StoreException {
      checkOpen();
      if (row == null) {
        throw new IllegalStateException("the iterator stands on no row");
      }
      return row;
    }

    private boolean moveTo(PersistentTable.@Nullable Node node) throws StoreException {
      checkOpen();
      boolean within = node != null && Arrays.compareUnsigned(node.key, from) >= 0
          && (to == null || Arrays.compareUnsigned(node.key, to) < 0);
      row = within ? node : null;
      return within;
    }
  }
}
