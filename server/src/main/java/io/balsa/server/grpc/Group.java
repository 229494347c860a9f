package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.disk.DiskTask;
import io.balsa.server.watch.WatchHub;
import io.balsa.storage.state.StateReads;
import java.util.concurrent.Executor;

/**
 * The Raft group that a node serves, as its services see it.
 *
 * @param reads   the state as it is; {@link #fresh} says when that is what a caller may see
 * @param readers runs what may touch a disk and is short, for clients wait for it; use {@link #onReader}
 * @param workers runs what reads all of the state, or much of it; use {@link #onWorker}
 * @param watches everybody who watches at this node
 */
public record Group(long clusterId, int groupId, NodeId self, Consensus consensus, StateReads reads, FreshReads fresh,
    Executor readers, Executor workers, RenewalCollector renewals, SessionStreams streams, WatchHub watches) {
  /** The header of an answer to what is not tied to a revision of its own. */
  ResponseHeader header() {
    return header(reads.revision());
  }

  ResponseHeader header(long revision) {
    NodeStatus status = consensus.status();
    ResponseHeader.Builder header = ResponseHeader.newBuilder().setClusterId(clusterId).setGroupId(groupId)
        .setMemberId(self.value()).setRevision(revision).setTerm(status.term())
        .setConfigurationIndex(status.committedConfigurationIndex());
    NodeId leader = status.leader();
    if (status.role() == Role.LEADER) {
      header.setLeads(true);
    } else if (leader != null) {
      header.setLeaderAddress(Errors.clientAddress(status.configuration(), leader));
    }
    return header.build();
  }

  /** As {@link #onReader}, but on a worker: it takes as long as the state is large, and no read of a client waits behind it. */
  void onWorker(DiskTask task) {
    DiskTask.execute(workers, task);
  }

  /** Runs it on a reader; what it throws ends the process ({@link DiskTask#execute}). */
  void onReader(DiskTask task) {
    DiskTask.execute(readers, task);
  }

  Error rejected(Rejection why) {
    return Errors.rejected(why, self, consensus.status());
  }
}
