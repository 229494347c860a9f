package io.balsa.storage.kv;

import org.jspecify.annotations.Nullable;

/** Stores side by side on one disk, each in a directory of its own. */
public interface Stores {

  /** The directories of checkpoints begin like this; those that a crash left behind are rubbish. */
  String CHECKPOINT_PREFIX = "checkpoint-";

  /**
   * Opens the store in this directory, or makes an empty one where there is none. What it finds there is durable when this returns: a
   * process before it may have been killed in the middle of a flush, and the log is compacted up to what counts as flushed (L3, L5).
   *
   * @throws StateCorruptException if files are missing or do not hold what was written
   */
  KeyValueStore open(String directory) throws StoreException;

  /**
   * One row of a store that nobody has open, without changing any of its files.
   *
   * @throws StateCorruptException if files are missing or do not hold what was written
   */
  byte @Nullable [] peek(String directory, ColumnFamily family, byte[] key) throws StoreException;

  /**
   * Reads all of a store that nobody has open, and compares it with the checksums that its files were written with, by whoever wrote
   * them first.
   *
   * @throws StateCorruptException if files are missing or do not hold what was written
   */
  void verify(String directory) throws StoreException;
}
