package io.balsa.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}. Reads and writes name their offset, so threads do not disturb each other. A thread
 * that is inside a method must not be interrupted: on a real disk that closes the file for all (E3).
 */
public interface DiskFile extends Closeable {

  /** In bytes. */
  long size() throws IOException;

  /**
   * Reads until {@code into} is full or the file ends.
   *
   * @return how many bytes were read; 0 at or after the end
   */
  int read(long offset, ByteBuffer into) throws IOException;

  /**
   * Writes all that remains in {@code from}; a file grows where need be, with zeros in a gap. After an IOException any
   * part may have been written.
   */
  void write(long offset, ByteBuffer from) throws IOException;

  /**
   * Makes the bytes durable that lie within the size which the last {@link #syncAll} made durable (fdatasync): the fast
   * way for a file that was filled ahead. After a failure nothing is known, and trying again proves nothing (L3).
   */
  void sync() throws IOException;

  /** Makes bytes and size durable (fsync). The file's name is the directory's matter. */
  void syncAll() throws IOException;

  @Override
  void close() throws IOException;
}
