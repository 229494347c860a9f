package io.balsa.storage.kv;

/**
 * Changes that take effect together, in the order they were added: the last one of a row counts. Made by
 * {@link KeyValueStore#newBatch} and written once to that store. One thread.
 */
public interface WriteBatch {
  void put(ColumnFamily family, byte[] key, byte[] value);

  /** A row that does not exist may be deleted. */
  void delete(ColumnFamily family, byte[] key);
}
