package io.balsa.raft.core;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leadership goes to the voter that operators prefer when that one can take it at once: by transfer (thesis 3.10), never by vetoing
 * votes, so a preferred voter that lags or is gone costs nothing. Not before this leader has led for a while, and not again for as long
 * if it did not take over: no flapping.
 */
final class Preference {
  private final RaftState state;
  private final Transfers transfers;

  Preference(RaftState state, Transfers transfers) {
    this.state = state;
    this.transfers = transfers;
  }

  void checkTimers(LeaderState leader) {
    long interval = state.config.preferenceIntervalNanos();
    if (interval == 0 || leader.transfer != null || !leader.noopApplied
        || state.now() - leader.sinceNanos < interval || state.configurationIndex() > state.commitIndex()) {
      return;
    }
    NodeId preferred = preferred(leader, interval);
    if (preferred != null) {
      leader.preferredNanos.put(preferred, state.now());
      transfers.prefer(leader, preferred);
    }
  }

  private @Nullable NodeId preferred(LeaderState leader, long interval) {
    Configuration configuration = state.configuration();
    Member self = configuration.member(state.self);
    int highest = self == null ? Integer.MAX_VALUE : self.priority();
    NodeId best = null;
    for (Member voter : configuration.members()) {
      if (voter.voter() && voter.priority() > highest && canTakeOver(leader, voter.id())
          && !wasAskedSince(leader.preferredNanos, voter.id(), state.now() - interval)) {
        best = voter.id();
        highest = voter.priority();
      }
    }
    return best;
  }

  private static boolean wasAskedSince(TreeMap<NodeId, Long> asked, NodeId id, long sinceNanos) {
    Long when = asked.get(id);
    return when != null && when > sinceNanos;
  }

  /** Writes wait while it makes up for what it lacks, so that may be a few heartbeats' worth. */
  private boolean canTakeOver(LeaderState leader, NodeId id) {
    Progress progress = leader.progress.get(id);
    return progress != null && !state.downPeers.contains(id)
        && progress.isHeardSince(state.now() - state.config.electionTimeoutMinNanos())
        && progress.isCaughtUp(2 * state.config.heartbeatIntervalNanos(), state.now());
  }
}
