package io.balsa.server.grpc;

import io.balsa.raft.log.NodeId;
import io.balsa.storage.snapshot.BackupStream;
import io.balsa.storage.snapshot.SnapshotCounts;
import java.io.IOException;
import java.util.List;

/** What Status tells beside consensus, whom leadership may go to, and what a backup is made of. Any
 * thread; from memory, where nothing else is said. */
public interface NodeFacts {
  long logBytes();

  long stateBytes();

  /** What has become of snapshots since the process began. */
  SnapshotCounts snapshots();

  /**
   * Begins a backup that holds at least everything up to {@code minIndex}, which is applied here. While a group is served. Waits for the
   * disk.
   */
  BackupStream openBackup(long minIndex) throws IOException;

  /** It serves: formed, a leader is known, and what was committed when last looked at is applied. */
  boolean ready();

  /** What an operator should know, one sentence each. */
  List<String> alarms();

  /** The other voters, those first that are connected. */
  List<NodeId> transferTargets();

  long uptimeMillis();

  String version();
}
