package io.balsa.raft.core;

import java.util.ArrayDeque;

/** The AppendEntries on their way to one follower: a window bounded in messages and bytes. */
final class Inflights {
  private record Inflight(long lastIndex, long bytes) {
  }

  private final int messagesMax;
  private final long bytesMax;
  private final ArrayDeque<Inflight> window = new ArrayDeque<>();
  private long bytes;

  Inflights(int messagesMax, long bytesMax) {
    this.messagesMax = messagesMax;
    this.bytesMax = bytesMax;
  }

  boolean isFull() {
    return window.size() >= messagesMax || bytes >= bytesMax;
  }

  boolean isEmpty() {
    return window.isEmpty();
  }

  void add(long lastIndex, long addedBytes) {
    window.addLast(new Inflight(lastIndex, addedBytes));
    bytes += addedBytes;
  }

  /** Everything up to this index has arrived. */
  void freeTo(long index) {
    for (Inflight first = window.peekFirst(); first != null && first.lastIndex <= index; first = window.peekFirst()) {
      window.removeFirst();
      bytes -= first.bytes;
    }
  }

  void clear() {
    window.clear();
    bytes = 0;
  }
}
