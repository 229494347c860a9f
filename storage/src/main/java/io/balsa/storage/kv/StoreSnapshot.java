package io.balsa.storage.kv;

/** The state between two batches, over all tables. Cheap to take; while it is open old rows cannot be reclaimed. */
public interface StoreSnapshot extends StoreReader, AutoCloseable {
  @Override
  void close();
}
