package io.balsa.storage.rocks;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** A state that nobody has open, looked into without changing any of its files. One thread. */
final class ReadOnlyStore implements AutoCloseable {
  private final Tuning tuning;
  private final RocksDB database;
  private final List<ColumnFamilyHandle> handles;
  private final Failures failures;

  private ReadOnlyStore(Tuning tuning, RocksDB database, List<ColumnFamilyHandle> handles, Failures failures) {
    this.tuning = tuning;
    this.database = database;
    this.handles = handles;
    this.failures = failures;
  }

  /** @throws io.balsa.storage.kv.StateCorruptException if files are missing or do not hold what was written */
  static ReadOnlyStore open(Path directory) throws StoreException {
    NativeLibrary.load();
    Failures failures = new Failures(directory);
    if (!Files.exists(directory.resolve("CURRENT"))) {
      throw failures.corrupt("the file CURRENT is missing");
    }
    Tuning tuning = new Tuning(RocksOptions.SMALLEST);
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      RocksDB database = RocksDB.openReadOnly(tuning.database, directory.toString(), tuning.descriptors(), handles);
      return new ReadOnlyStore(tuning, database, handles, failures);
    } catch (RocksDBException e) {
      tuning.close();
      throw failures.openFailure(e);
    }
  }

  byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException {
    try {
      return database.get(handles.get(family.position()), tuning.read, key);
    } catch (RocksDBException e) {
      throw failures.failure("reading the state", e);
    }
  }

  /**
   * Reads every block of every table file and compares it with the checksum that it was written with.
   *
   * @throws io.balsa.storage.kv.StateCorruptException if one is not what was written
   */
  void verify() throws StoreException {
    try {
      database.verifyChecksum();
    } catch (RocksDBException e) {
      throw failures.failure("verifying the state", e);
    }
  }

  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
    database.close();
    tuning.close();
  }
}
