package io.balsa.raft.node;

import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;

/** Where no snapshot is expected. */
final class NoSnapshots implements SnapshotStore {
  @Override
  public OutgoingSnapshot open(long minIndex) {
    throw new UnsupportedOperationException("open");
  }

  @Override
  public IncomingSnapshot receive(SnapshotMeta meta) {
    throw new UnsupportedOperationException("receive");
  }
}
