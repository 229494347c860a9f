package io.balsa.raft.sim;

import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.node.NodeConfig;
import java.util.List;

/**
 * What an operator may set on one node and leave on another: batches, windows, bounds, how long logs are kept. What clients see and
 * what the state holds must not depend on it (A1). Heartbeats and election timeouts are the cluster's.
 */
final class NodeSettings {
  private NodeSettings() {
  }

  /** @param common what all nodes would have */
  static NodeConfig draw(NodeConfig common, SimOptions options, SimRandom random) {
    RaftConfig core = common.core();
    RaftConfig own = new RaftConfig(core.heartbeatIntervalNanos(), core.electionTimeoutMinNanos(),
        core.electionTimeoutMaxNanos(), core.fastElectionJitterNanos(),
        random.pick(List.of(1, 8, core.appendEntriesMax(), core.appendEntriesMax())),
        random.pick(List.of(100L, core.appendBytesMax(), core.appendBytesMax())),
        random.pick(List.of(1, core.inflightMessagesMax(), core.inflightMessagesMax())),
        random.pick(List.of(100L, core.inflightBytesMax(), core.inflightBytesMax())), core.clockStepMaxNanos(),
        core.clockIdleNanos(), core.preferenceIntervalNanos());
    int keepEntries = common.keepEntries() == options.keepEntries()
        ? random.pick(List.of(0, 20, common.keepEntries(), common.keepEntries()))
        : common.keepEntries();
    return new NodeConfig(own, common.groupId(), random.pick(List.of(20, common.proposalsMax())),
        random.pick(List.of(2_000L, common.proposalBytesMax())), random.pick(List.of(10, common.readsMax())),
        random.pick(List.of(16, common.peerMessagesMax(), common.peerMessagesMax())),
        random.pick(List.of(2_000L, common.followerBacklogMax(), common.followerBacklogMax())),
        random.pick(List.of(1L, 1_000L, common.applyBatchBytesMax())),
        random.pick(List.of(20_000_000L, common.renewalIntervalNanos())), keepEntries, common.keepBytes(),
        common.flushBytes(), random.pick(List.of(0L, common.proposalHoldMaxNanos(), 20_000_000L)),
        random.pick(List.of(0, common.proposalHoldAbove())));
  }
}
