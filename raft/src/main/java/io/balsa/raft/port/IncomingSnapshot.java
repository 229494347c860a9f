package io.balsa.raft.port;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;
import java.io.IOException;

/** A snapshot that arrives piece by piece. It is nothing until {@link StateMachine#install} has taken it. One thread at a time. */
public interface IncomingSnapshot {
  SnapshotMeta meta();

  /** What is here: the next byte wanted. */
  long nextOffset();

  /**
   * Adds the bytes that follow.
   *
   * @param offset is {@link #nextOffset}
   */
  void write(long offset, Bytes data) throws IOException;

  /**
   * All bytes are here: checks that they are whole and makes them durable, files and directory.
   *
   * @return false if they are not what was sent: it is discarded, and is to be sent again from the start
   */
  boolean finish() throws IOException;

  /** Lets go of it and of its files. */
  void discard() throws IOException;
}
