package io.balsa.raft.node;

/** Who waits for a leadership transfer. Called once, on the raft thread. */
public interface TransferCallback {
  /** @param reason why it failed, for people; empty if it did not */
  void ended(boolean transferred, String reason);
}
