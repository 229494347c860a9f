package io.balsa.storage.snapshot.sim;

import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.kv.WriteBatch;
import io.balsa.storage.log.Disk;
import io.balsa.storage.log.DiskFile;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.snapshot.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Stores in memory, each with one file that holds what was flushed: its directory on a {@link Volume} survives what the volume
 * survives. An open writes what it finds anew, durably, as RocksDB does with its manifest.
 */
public final class SimStores implements Stores {
  /** The file of a store. */
  public static final String ROWS = "rows";

  private static final String TEMPORARY = "rows.tmp";

  private final Volume volume;

  public SimStores(Volume volume) {
    this.volume = volume;
  }

  @Override
  public KeyValueStore open(String directory) throws StoreException {
    try {
      volume.directory(directory).createDirectory();
      FlushedStore store = new FlushedStore(load(directory), volume.directory(directory));
      if (exists(directory)) {
        store.flush();
      }
      return store;
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException("opening the state failed: " + e.getMessage(), e);
    }
  }

  @Override
  public byte @Nullable [] peek(String directory, ColumnFamily family, byte[] key) throws StoreException {
    if (!exists(directory)) {
      throw new StateCorruptException(directory + " has no file " + ROWS);
    }
    return load(directory).get(family, key);
  }

  @Override
  public void verify(String directory) throws StoreException {
    peek(directory, ColumnFamily.META, new byte[0]);
  }

  private boolean exists(String directory) throws StoreException {
    try {
      return volume.directory(directory).list().contains(ROWS);
    } catch (IOException e) {
      throw new StoreException("reading the state failed: " + e.getMessage(), e);
    }
  }

  private MemoryStore load(String directory) throws StoreException {
    if (!exists(directory)) {
      return new MemoryStore();
    }
    try (DiskFile file = volume.directory(directory).open(ROWS)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(0, bytes);
      return MemoryStore.of(bytes.array());
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException("reading the state failed: " + e.getMessage(), e);
    }
  }

  /** A flush writes the whole state: simulated ones are small. */
  private static final class FlushedStore implements KeyValueStore {
    private final MemoryStore memory;
    private final Disk disk;

    FlushedStore(MemoryStore memory, Disk disk) {
      this.memory = memory;
      this.disk = disk;
    }

    @Override
    public synchronized void flush() throws StoreException {
      byte[] rows = memory.toBytes();
      try {
        if (disk.list().contains(TEMPORARY)) {
          disk.delete(TEMPORARY);
        }
        try (DiskFile file = disk.create(TEMPORARY)) {
          file.write(0, ByteBuffer.wrap(rows));
          file.syncAll();
        }
        disk.rename(TEMPORARY, ROWS);
        disk.sync();
      } catch (IOException e) {
        throw new StoreException("flushing the state failed: " + e.getMessage(), e);
      }
      memory.flush();
    }

    @Override
    public Checkpoint checkpoint() throws StoreException {
      flush();
      return memory.checkpoint();
    }

    @Override
    public WriteBatch newBatch() {
      return memory.newBatch();
    }

    @Override
    public void write(WriteBatch batch) throws StoreException {
      memory.write(batch);
    }

    @Override
    public StoreSnapshot snapshot() throws StoreException {
      return memory.snapshot();
    }

    @Override
    public byte @Nullable [] flushed(ColumnFamily family, byte[] key) throws StoreException {
      return memory.flushed(family, key);
    }

    @Override
    public void reclaim() throws StoreException {
      memory.reclaim();
    }

    @Override
    public long approximateBytes() throws StoreException {
      return memory.approximateBytes();
    }

    @Override
    public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
      return memory.get(family, key);
    }

    @Override
    public StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException {
      return memory.iterate(family, from, to);
    }

    @Override
    public void close() {
      memory.close();
    }
  }
}
