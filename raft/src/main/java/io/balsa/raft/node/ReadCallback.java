package io.balsa.raft.node;

import io.balsa.raft.action.Rejection;

/** Who waits for a read index. Exactly one method is called, once, on a thread of the node: it returns at once. */
public interface ReadCallback {
  /** The state machine has applied at least {@code readIndex}, which covers every write that ended before the read began. */
  void ready(long readIndex);

  void rejected(Rejection why);
}
