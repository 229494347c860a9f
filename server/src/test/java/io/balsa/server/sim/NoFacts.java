package io.balsa.server.sim;

import io.balsa.raft.log.NodeId;
import io.balsa.server.grpc.NodeFacts;
import io.balsa.storage.snapshot.BackupStream;
import io.balsa.storage.snapshot.SnapshotCounts;
import java.util.List;

/** Nobody asks for Status here. */
final class NoFacts implements NodeFacts {
  @Override
  public SnapshotCounts snapshots() {
    return SnapshotCounts.NONE;
  }

  @Override
  public BackupStream openBackup(long minIndex) {
    throw new UnsupportedOperationException("backups are not simulated");
  }

  @Override
  public long logBytes() {
    return 0;
  }

  @Override
  public long stateBytes() {
    return 0;
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public List<String> alarms() {
    return List.of();
  }

  @Override
  public List<NodeId> transferTargets() {
    return List.of();
  }

  @Override
  public long uptimeMillis() {
    return 0;
  }

  @Override
  public String version() {
    return "simulated";
  }
}
