package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.raft.action.Rejection;
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
 * @param readers runs what may touch a disk; use {@link #onReader}
 */
public record Group(long clusterId, int groupId, NodeId self, Consensus consensus, StateReads reads, Executor readers,
    RenewalCollector renewals, SessionStreams streams) {
  private static final Logger log = LoggerFactory.getLogger(Group.class);

  /** The header of an answer to what is not tied to a revision of its own. */
  ResponseHeader header() {
    return header(reads.revision());
  }

  ResponseHeader header(long revision) {
    NodeStatus status = consensus.status();
    return ResponseHeader.newBuilder().setClusterId(clusterId).setGroupId(groupId).setMemberId(self.value())
        .setRevision(revision).setTerm(status.term()).setConfigurationIndex(status.committedConfigurationIndex())
        .build();
  }

  /** A task that may touch the disk. */
  interface DiskTask {
    void run() throws IOException;
  }

  /**
   * Runs it on a reader. A disk that fails is the end of the process, like anything else that is thrown there; only a state that was
   * closed because the node stops is not: then the call ends with the server.
   */
  void onReader(DiskTask task) {
    readers.execute(() -> {
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
