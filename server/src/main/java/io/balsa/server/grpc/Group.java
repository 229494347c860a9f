package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.NodeStatus;
import io.balsa.storage.kv.StoreClosedException;
import io.balsa.storage.state.StateReads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Raft group that a node serves, as its services see it.
 *
 * @param reads   the state as it is; {@link #fresh} says when that is what a caller may see
 * @param readers runs what may touch a disk and is short, for clients wait for it; use {@link #onReader}
 * @param workers runs what reads all of the state, or much of it; use {@link #onWorker}
 */
public record Group(long clusterId, int groupId, NodeId self, Consensus consensus, StateReads reads, FreshReads fresh,
    Executor readers, Executor workers, RenewalCollector renewals, SessionStreams streams) {
  private static final Logger log = LoggerFactory.getLogger(Group.class);

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

  /** A task that may touch the disk. */
  interface DiskTask {
    void run() throws IOException;
  }

  /** As {@link #onReader}, but on a worker: it takes as long as the state is large, and no read of a client waits behind it. */
  void onWorker(DiskTask task) {
    run(workers, task);
  }

  /**
   * Runs it on a reader. A disk that fails is the end of the process, like anything else that is thrown there; only a state that was
   * closed because the node stops is not: then the call ends with the server.
   */
  void onReader(DiskTask task) {
    run(readers, task);
  }

  private static void run(Executor executor, DiskTask task) {
    executor.execute(() -> {
      try {
        task.run();
      } catch (StoreClosedException e) {
        log.debug("a read came too late: {}", e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  Error rejected(Rejection why) {
    return Errors.rejected(why, self, consensus.status());
  }
}
