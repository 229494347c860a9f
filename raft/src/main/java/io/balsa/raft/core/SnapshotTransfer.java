package io.balsa.raft.core;

import io.balsa.raft.log.SnapshotMeta;
import org.jspecify.annotations.Nullable;

/** A snapshot on its way to one peer, as its leader sees it; one chunk is under way at a time. */
final class SnapshotTransfer {
  final long number;
  /** It must hold at least this. */
  final long minIndex;
  /** Null until it is opened. */
  @Nullable
  SnapshotMeta snapshot;
  /** Where the chunk begins that is under way. */
  long nextOffset;
  long lastSentNanos;
  /** The peer refused it, and this node looks at its own copy. */
  boolean checking;
  /** When the peer last asked for more than before. */
  long lastMoveNanos;

  SnapshotTransfer(long number, long minIndex, long nowNanos) {
    this.number = number;
    this.minIndex = minIndex;
    this.lastMoveNanos = nowNanos;
  }

  /** The log keeps what follows this index, so that the peer can go on from it (L5). */
  long keepAfter() {
    return snapshot == null ? minIndex : snapshot.lastIncluded().index();
  }
}
