package io.balsa.storage.sim;

import io.balsa.storage.kv.Checkpoint;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreSnapshot;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.kv.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores whose writer may be preempted before each write, where what others do shows: a flush, for one, between two writes. */
final class PreemptedStores implements Stores {
  private final Stores stores;
  private final Runnable beforeWrite;
  private final List<KeyValueStore> opened = new ArrayList<>();

  PreemptedStores(Stores stores, Runnable beforeWrite) {
    this.stores = stores;
    this.beforeWrite = beforeWrite;
  }

  /** Closes all that were opened: as a process ends, without a flush. */
  void closeAll() throws StoreException {
    for (KeyValueStore store : opened) {
      store.close();
    }
    opened.clear();
  }

  @Override
  public KeyValueStore open(String directory) throws StoreException {
    KeyValueStore store = stores.open(directory);
    opened.add(store);
    return new Preempted(store);
  }

  @Override
  public byte @Nullable [] peek(String directory, ColumnFamily family, byte[] key) throws StoreException {
    return stores.peek(directory, family, key);
  }

  @Override
  public void verify(String directory) throws StoreException {
    stores.verify(directory);
  }

  private final class Preempted implements KeyValueStore {
    private final KeyValueStore store;

    Preempted(KeyValueStore store) {
      this.store = store;
    }

    @Override
    public void write(WriteBatch batch) throws StoreException {
      beforeWrite.run();
      store.write(batch);
    }

    @Override
    public WriteBatch newBatch() {
      return store.newBatch();
    }

    @Override
    public StoreSnapshot snapshot() throws StoreException {
      return store.snapshot();
    }

    @Override
    public byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
      return store.get(family, key);
    }

    @Override
    public StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException {
      return store.iterate(family, from, to);
    }

    @Override
    public byte @Nullable [] flushed(ColumnFamily family, byte[] key) throws StoreException {
      return store.flushed(family, key);
    }

    @Override
    public void flush() throws StoreException {
      store.flush();
    }

    @Override
    public Checkpoint checkpoint() throws StoreException {
      return store.checkpoint();
    }

    @Override
    public void reclaim() throws StoreException {
      store.reclaim();
    }

    @Override
    public long approximateBytes() throws StoreException {
      return store.approximateBytes();
    }

    @Override
    public void close() throws StoreException {
      store.close();
    }
  }
}
