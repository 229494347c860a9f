package io.balsa.jepsen.site;

import io.balsa.junit.cluster.ServerProcess;
import java.util.Collection;

/** The disks of the nodes of a run: a file system a node, in an image of its own. One thread. */
public interface Disks {
  /** Nothing that writes to the node's file system gets on until {@link #thaw}; an fsync stalls. */
  void freeze(ServerProcess node);

  /** Ends what {@link #freeze} did. */
  void thaw(ServerProcess node);

  /** Takes what is free of the node's file system, down to this many bytes. */
  void fill(ServerProcess node, long leave);

  /** Gives back what {@link #fill} took. */
  void empty(ServerProcess node);

  /**
   * The power of these nodes fails at one moment: their processes are killed, and their file systems are what had reached the disk,
   * journal and all, not what the page cache still had. Started again by the caller.
   */
  void losePower(Collection<ServerProcess> nodes);
}
