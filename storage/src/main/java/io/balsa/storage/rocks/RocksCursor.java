package io.balsa.storage.rocks;

import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A RocksDB iterator with its bounds. Moves that end off the rows look at the status: a corrupt block ends an iterator silently. */
final class RocksCursor implements StoreIterator, RocksStore.Held {
  private final RocksStore store;
  private final ReadOptions options;
  private final Slice lower;
  private final @Nullable Slice upper;
  private final RocksIterator iterator;
  private boolean freed;

  /** Inside the store's gate. */
  RocksCursor(RocksStore store, RocksDB database, ColumnFamilyHandle family, byte[] from, byte @Nullable [] to,
      boolean fillCache, @Nullable Snapshot snapshot) {
    this.store = store;
    lower = new Slice(from);
    upper = to == null ? null : new Slice(to);
    options = new ReadOptions().setVerifyChecksums(true).setFillCache(fillCache).setIterateLowerBound(lower);
    if (upper != null) {
      options.setIterateUpperBound(upper);
    }
    if (snapshot != null) {
      options.setSnapshot(snapshot);
    }
    iterator = database.newIterator(family, options);
  }

  @Override
  public boolean seek(byte[] key) throws StoreException {
    return move(() -> iterator.seek(key));
  }

  @Override
  public boolean seekBefore(byte[] key) throws StoreException {
    return move(() -> {
      iterator.seekForPrev(key);
      if (iterator.isValid() && Arrays.equals(iterator.key(), key)) {
        iterator.prev();
      }
    });
  }

  @Override
  public boolean seekFirst() throws StoreException {
    return move(iterator::seekToFirst);
  }

  @Override
  public boolean seekLast() throws StoreException {
    return move(iterator::seekToLast);
  }

  @Override
  public boolean next() throws StoreException {
    return move(() -> {
      checkOnRow();
      iterator.next();
    });
  }

  @Override
  public boolean previous() throws StoreException {
    return move(() -> {
      checkOnRow();
      iterator.prev();
    });
  }

  @Override
  public byte[] key() throws StoreException {
    Lock lock = store.enter();
    try {
      checkNotFreed();
      checkOnRow();
      return iterator.key();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] value() throws StoreException {
    Lock lock = store.enter();
    try {
      checkNotFreed();
      checkOnRow();
      return iterator.value();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    store.release(this);
  }

  @Override
  public void free() {
    freed = true;
    iterator.close();
    options.close();
    lower.close();
    if (upper != null) {
      upper.close();
    }
  }

  private boolean move(Runnable step) throws StoreException {
    Lock lock = store.enter();
    try {
      checkNotFreed();
      step.run();
      if (iterator.isValid()) {
        return true;
      }
      iterator.status();
      return false;
    } catch (RocksDBException e) {
      throw store.failures().failure("reading the state", e);
    } finally {
      lock.unlock();
    }
  }

  private void checkNotFreed() throws StoreClosedException {
    if (freed) {
      throw new StoreClosedException();
    }
  }

  private void checkOnRow() {
    if (!iterator.isValid()) {
      throw new IllegalStateException("the iterator stands on no row");
    }
  }
}
