package io.balsa.raft.port;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;
import java.io.IOException;

/** A snapshot to be sent: the same bytes however often and from wherever they are read, until it is closed. One thread at a time. */
public interface OutgoingSnapshot extends AutoCloseable {
  SnapshotMeta meta();

  /** The bytes from {@code offset} on, as many as there are up to {@code bytesMax}, at least one before the end. Touches the disk. */
  Bytes read(long offset, int bytesMax) throws IOException;

  /**
   * Whoever received all of it says that it is not what was sent. From now on it is given to nobody else, and this compares all of it with
   * what was sent and with what the store once wrote. Reads all of it, perhaps more than once.
   *
   * @throws IOException if it is damaged here: what goes on beside it may be, too
   */
  void check() throws IOException;

  /** Lets go of its files. */
  @Override
  void close() throws IOException;
}
