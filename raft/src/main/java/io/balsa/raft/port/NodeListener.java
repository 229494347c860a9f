package io.balsa.raft.port;

import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;

/** Hears what happens to a node. Called on its threads: returns at once. */
public interface NodeListener {
  void roleChanged(RoleChanged change);

  /** What this node received is not what was sent; it was discarded, and the sender is told. */
  void snapshotDamaged(SnapshotMeta snapshot);

  /** A peer says so of what this node sent to it; what is here was checked, and is whole. Another one follows after a while. */
  void snapshotRefused(NodeId by, SnapshotMeta snapshot);

  /**
   * One of both is another than before; also called once before anything else is. Raft thread, before any message that depends on
   * it is sent.
   *
   * @param newest         the one in force in this node's log, committed or not
   * @param committed      the newest that this node knows to be committed
   * @param committedIndex where it stands in the log, or a later index where it was still the one in force: what the log begins
   *                       behind. Of two committed configurations the one with the higher index is the newer, or the same
   */
  void membershipChanged(Configuration newest, Configuration committed, long committedIndex);

  /**
   * This node leads, and a peer lost entries that it had acknowledged (I4): an operator must see to its disk. Raft thread.
   *
   * @param matchIndex what it had acknowledged
   * @param lastIndex  where its log ends now
   */
  void peerForgot(NodeId peer, long matchIndex, long lastIndex);

  /** A stage begins: on its thread, before its first poll. */
  default void stageBegins() {
  }

  /** A stage has polled: on its thread, after all that the poll called back. Whoever gathers what belongs together lets it go now. */
  default void stagePolled() {
  }

  /** Something that may not be survived: the process is to end with this reason. Called once. */
  void fatal(String stage, Throwable cause);
}
