package io.balsa.storage.kv;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a store of one moment consists of: a store that is opened on copies of them holds exactly what the checkpoint
 * held, over all tables. They never change; the store goes on, or is closed, beside them. Any thread may read.
 */
public interface Checkpoint extends AutoCloseable {

  /** @param name one that may stand in any directory: letters, digits, {@code . _ -} */
  record File(String name, long bytes) {
  }

  /** Sorted by name. */
  List<File> files();

  /**
   * Reads until {@code into} is full or the file ends. Touches the disk.
   *
   * @return how many bytes were read
   */
  int read(String file, long offset, ByteBuffer into) throws StoreException;

  /** A row of what the checkpoint holds, or null: of it, not of the store that goes on (A3). */
  byte @Nullable [] get(ColumnFamily family, byte[] key) throws StoreException;

  /**
   * Reads all of it, and compares it with the checksums that its files were written with.
   *
   * @throws StateCorruptException if they do not hold what was written: the store beside it shares them
   */
  void verify() throws StoreException;

  /** Lets go of the files. A second call does nothing. */
  @Override
  void close() throws StoreException;
}
