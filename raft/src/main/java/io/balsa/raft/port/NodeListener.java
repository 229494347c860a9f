package io.balsa.raft.port;

import io.balsa.raft.action.RoleChanged;

/** Hears what happens to a node. Called on its threads: returns at once. */
public interface NodeListener {
  void roleChanged(RoleChanged change);

  /** Something that may not be survived: the process is to end with this reason. Called once. */
  void fatal(String stage, Throwable cause);
}
