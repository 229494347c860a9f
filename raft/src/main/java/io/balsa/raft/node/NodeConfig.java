package io.balsa.raft.node;

import io.balsa.raft.core.RaftConfig;

/**
 * How a node behaves around its core. Local to the node.
 *
 * @param core                  settings of the core
 * @param groupId               the raft group, for messages to people
 * @param proposalsMax          proposals accepted and not yet applied; more are OVERLOADED
 * @param proposalBytesMax      their bytes. What is not persisted is a part of what is not applied, so this bounds both (E2)
 * @param readsMax              reads accepted and not yet answered; more are OVERLOADED
 * @param peerMessagesMax       peer messages waiting for the next poll; more are dropped
 * @param followerBacklogMax    bytes not persisted, or committed and not applied, above which a follower drops appends (E2)
 * @param applyBatchBytesMax    bytes of entries applied as one write
 * @param renewalIntervalNanos  how often collected renewals become an entry (T5)
 * @param keepEntries           the newest entries that the log keeps when it is compacted, or
 * @param keepBytes             as many of them as this, whichever is less (L5)
 * @param flushBytes            bytes in the log above what the state machine has flushed, above which a flush is asked for (L5)
 * @param proposalHoldMaxNanos  how long a leader holds a proposal at most so that others join it ({@link GroupCommit}); 0: not at all
 * @param proposalHoldAbove     it holds them only while more entries than this are not committed
 */
public record NodeConfig(RaftConfig core, int groupId, int proposalsMax, long proposalBytesMax, int readsMax,
    int peerMessagesMax, long followerBacklogMax, long applyBatchBytesMax, long renewalIntervalNanos, int keepEntries,
    long keepBytes, long flushBytes, long proposalHoldMaxNanos, int proposalHoldAbove) {

  public static final NodeConfig DEFAULT = of(RaftConfig.DEFAULT);

  /** This, with another measure of how long a log is kept. */
  public NodeConfig keeping(int entries, long bytes, long flushAbove) {
    return new NodeConfig(core, groupId, proposalsMax, proposalBytesMax, readsMax, peerMessagesMax, followerBacklogMax,
        applyBatchBytesMax, renewalIntervalNanos, entries, bytes, flushAbove, proposalHoldMaxNanos,
        proposalHoldAbove);
  }

  /** The defaults around this core. */
  public static NodeConfig of(RaftConfig core) {
    return new NodeConfig(core, 0, 65_536, 64L << 20, 65_536, 16_384, 256L << 20, 4L << 20, 100_000_000L, 100_000,
        1L << 30, 256L << 20, 2_000_000L, 8);
  }
}
