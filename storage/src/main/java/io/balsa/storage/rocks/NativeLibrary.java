package io.balsa.storage.rocks;

import io.balsa.storage.kv.StoreException;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library, once in a process: from {@code java.library.path}, where a distribution has unpacked it,
 * else RocksDB unpacks it from its jar into the temporary folder (and after a SIGKILL leaves it there).
 */
final class NativeLibrary {
  private NativeLibrary() {
  }

  static void load() throws StoreException {
    try {
      RocksDB.loadLibrary();
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      throw new StoreException("RocksDB's native library cannot be loaded: " + e.getMessage() + "; start with"
          + " -Djava.library.path=<the folder that holds it>, or with a java.io.tmpdir in which files may be executed",
          e);
    }
  }
}
