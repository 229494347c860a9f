package io.balsa.raft.port;

import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;

/** Hears what happens to a node. Called on its threads: returns at once. */
public interface NodeListener {
  void roleChanged(RoleChanged change);

  /** What this node received is not what was sent; it was discarded, and the sender is told. */
  void snapshotDamaged(SnapshotMeta snapshot);

  /** A peer says so of what this node sent to it; what is here was checked, and is whole. Another one follows after a while. */
  void snapshotRefused(NodeId by, SnapshotMeta snapshot);

  /** Something that may not be survived: the process is to end with this reason. Called once. */
  void fatal(String stage, Throwable cause);
}
