package io.balsa.storage.kv;

/**
 * A cursor over the rows of one table within the bounds that it was made with. Every move says whether it stands on a row
 * afterwards; off the rows only a seek is allowed. One thread at a time. It holds resources of the store: close it soon.
 */
public interface StoreIterator extends AutoCloseable {

  /** To the first row at or behind {@code key}. */
  boolean seek(byte[] key) throws StoreException;

  /** To the last row before {@code key}. */
  boolean seekBefore(byte[] key) throws StoreException;

  boolean seekFirst() throws StoreException;

  boolean seekLast() throws StoreException;

  boolean next() throws StoreException;

  boolean previous() throws StoreException;

  /** The key of the row under the cursor. */
  byte[] key() throws StoreException;

  /** The value of the row under the cursor. */
  byte[] value() throws StoreException;

  @Override
  void close();
}
