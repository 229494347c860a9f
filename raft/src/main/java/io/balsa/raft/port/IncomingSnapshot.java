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
   * @return false if they cannot belong there: all of it is discarded, for it is not what was sent
   */
  boolean write(long offset, Bytes data) throws IOException;

  /**
   * All bytes are here: makes them durable, files and directory, and checks what the disk gives back: against what was sent, and against
   * what the sender's store once wrote.
   *
   * @return false if they are not that: all of it is discarded
   * @throws IOException also if it is this node's disk that does not give back what was written to it
   */
  boolean finish() throws IOException;

  /** Lets go of it and of its files. */
  void discard() throws IOException;
}
