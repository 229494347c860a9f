package io.balsa.storage.rocks;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.Stores;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Databases side by side in one directory of the file system. */
public final class RocksStores implements Stores {
  private final Path root;
  private final RocksOptions options;

  public RocksStores(Path root, RocksOptions options) {
    this.root = root;
    this.options = options;
  }

  @Override
  public KeyValueStore open(String directory) throws StoreException {
    return RocksStore.open(root.resolve(directory), options);
  }

  @Override
  public byte @Nullable [] peek(String directory, ColumnFamily family, byte[] key) throws StoreException {
    try (ReadOnlyStore store = ReadOnlyStore.open(root.resolve(directory))) {
      return store.get(family, key);
    }
  }

  @Override
  public void verify(String directory) throws StoreException {
    try (ReadOnlyStore store = ReadOnlyStore.open(root.resolve(directory))) {
      store.verify();
    }
  }
}
