package io.balsa.raft.node;

import io.balsa.raft.action.Role;
import io.balsa.raft.core.PeerStatus;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node was at the end of its last poll.
 *
 * @param leader           the leader of {@code term}, if known
 * @param readyToServe     it leads and has applied the no-op of its term (I5)
 * @param configuration    the one in force, committed or not
 * @param committedConfiguration      the newest that this node knows to be committed
 * @param committedConfigurationIndex where it stands, as NodeListener.membershipChanged tells it
 * @param peers            of a leader, as they were a moment ago; elsewhere empty
 * @param clusterTimeNanos of the leader's clock; elsewhere the stamp of the last entry
 * @param droppedMessages  peer messages dropped since the start because a bound was reached
 * @param clockCutNanos    time that T3's cap has cut off since the start: this node did not run then, or not often enough
 */
public record NodeStatus(Role role, long term, @Nullable NodeId leader, boolean readyToServe, long commitIndex,
    long appliedIndex, long firstIndex, long lastIndex, Configuration configuration,
    Configuration committedConfiguration, long committedConfigurationIndex, List<PeerStatus> peers,
    long clusterTimeNanos,
    long droppedMessages, long clockCutNanos) {

  /** Entries are missing between its state and its log: it serves nothing before a leader's snapshot has brought them (I3). */
  public boolean isStateLost() {
    return appliedIndex < firstIndex - 1;
  }
}
