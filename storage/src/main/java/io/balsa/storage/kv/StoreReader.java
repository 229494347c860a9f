package io.balsa.storage.kv;

import org.jspecify.annotations.Nullable;

/**
 * Reads rows: of the newest state ({@link KeyValueStore}) or of one moment ({@link StoreSnapshot}). Any thread. Arrays that
 * are passed in or handed out are shared: nobody writes to them.
 */
public interface StoreReader {

  /**
   * The row's value, or null when there is no such row.
   *
   * @throws StateCorruptException if a checksum does not match
   */
  byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException;

  /**
   * Walks the rows in [from, to) as they are at this moment: later writes are not seen. Not positioned: seek first.
   *
   * @param to exclusive; null: to the end of the table
   */
  StoreIterator iterate(ColumnFamily family, byte[] from, byte @Nullable [] to) throws StoreException;
}
