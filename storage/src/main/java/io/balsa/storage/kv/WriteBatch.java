package io.balsa.storage.kv;

/**
 * Changes that take effect together, in the order they were added: the last one of a row counts. Made by
 * {@link KeyValueStore#newBatch} and written once to that store. One thread.
 */
public interface WriteBatch {
  void put(ColumnFamily family, byte[] key, byte[] value);

  /** A row that does not exist may be deleted. */
  void delete(ColumnFamily family, byte[] key);

  /**
   * Deletes all rows of [from, to) that were there before the batch or were put by it until now. Costs as much as one delete, and each
   * read of the table afterwards a little until the space is given back: for what is many rows, not for a few.
   *
   * @param from before {@code to}
   */
  void deleteRange(ColumnFamily family, byte[] from, byte[] to);
}
