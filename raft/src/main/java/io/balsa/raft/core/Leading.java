package io.balsa.raft.core;

import io.balsa.raft.action.ClockDue;
import io.balsa.raft.action.PeerForgot;
import io.balsa.raft.action.Send;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.LostEntries;
import io.balsa.raft.message.ReadIndex;
import java.util.List;

/** How a leader stays one and knows it: heartbeats, check-quorum (thesis 6.2), ReadIndex (6.4, C3), the cluster clock. */
final class Leading {
  private final RaftState state;
  private final Roles roles;
  private final Replication replication;
  private final Transfers transfers;
  private final SnapshotTransfers snapshots;
  private final LeaderReads reads;
  private final Preference preference;

  Leading(RaftState state, Roles roles, Replication replication, Transfers transfers, SnapshotTransfers snapshots) {
    this.snapshots = snapshots;
    this.preference = new Preference(state, transfers);
    this.state = state;
    this.roles = roles;
    this.replication = replication;
    this.transfers = transfers;
    this.reads = new LeaderReads(state);
  }

  /** Time grew by so much: the cluster clock follows, unless it stands still after an election (T3). */
  void tick(LeaderState leader, long growthNanos) {
    if (clockRuns(leader)) {
      leader.clusterTimeNanos += growthNanos;
    }
  }

  void checkTimers(LeaderState leader) {
    if (!heardQuorum(leader)) {
      roles.becomeFollower(null, "no quorum was heard for an election timeout");
      return;
    }
    if (!transfers.checkTimers(leader)) {
      return;
    }
    preference.checkTimers(leader);
    leader.progress.values().forEach(snapshots::checkTimers);
    if (state.now() >= leader.heartbeatDueNanos) {
      sendRound(leader);
    }
    if (clockRuns(leader) && leader.clockIndex == 0 && leader.transfer == null && isClockDue(leader)) {
      state.out.add(new ClockDue());
    }
  }

  private boolean heardQuorum(LeaderState leader) {
    long since = state.now() - state.config.electionTimeoutMinNanos();
    return Quorum.reachedByMajority(state.voters(), voter -> {
      Progress progress = leader.progress.get(voter);
      return voter.equals(state.self) ? Long.MAX_VALUE
          : progress == null ? Long.MIN_VALUE : progress.lastContactNanos();
    }) >= since;
  }

  private boolean clockRuns(LeaderState leader) {
    return leader.noopApplied && state.now() - leader.noopAppliedNanos >= state.config.electionTimeoutMaxNanos();
  }

  private boolean isClockDue(LeaderState leader) {
    return state.nextDueNanos != Long.MAX_VALUE && (leader.clusterTimeNanos >= state.nextDueNanos
        || state.now() - leader.lastAppendNanos >= state.config.clockIdleNanos());
  }

  void applied(LeaderState leader, long index) {
    if (leader.clockIndex != 0 && index >= leader.clockIndex) {
      leader.clockIndex = 0;
    }
    if (!leader.noopApplied && index >= leader.noopIndex) {
      leader.noopApplied = true;
      leader.noopAppliedNanos = state.now();
      startReadRound(leader);
    }
  }

  void onRead(LeaderState leader, List<Long> contexts) {
    leader.waitingReads.addAll(contexts);
    startReadRound(leader);
  }

  void onReadIndex(LeaderState leader, Peer from, ReadIndex request) {
    reads.add(leader, from, request);
    startReadRound(leader);
  }

  private void startReadRound(LeaderState leader) {
    if (reads.needRound(leader)) {
      sendRound(leader);
    }
  }

  /**
   * A new round of heartbeats. Reads join only here, before it is sent, and take the commit index of this moment: an answer to
   * an earlier heartbeat says nothing about them (C3).
   */
  void sendRound(LeaderState leader) {
    leader.round++;
    leader.heartbeatDueNanos = state.now() + state.config.heartbeatIntervalNanos();
    reads.joinRound(leader);
    for (Progress progress : leader.progress.values()) {
      long commit = Math.min(state.commitIndex(), progress.matchIndex());
      state.out.add(progress.send(new Heartbeat(state.term(), commit, leader.round)));
      progress.heartbeatSent(leader.round, state.log.lastIndex(), state.now());
    }
    leader.forgetful.forEach((id, forgetful) -> tellLost(id, forgetful));
    confirmReads(leader);
  }

  void onHeartbeatReply(LeaderState leader, NodeId from, HeartbeatReply reply) {
    Progress progress = leader.progress.get(from);
    if (progress == null) {
      return;
    }
    long acknowledged = progress.acknowledgedBefore(reply.round());
    if (reply.lastIndex() < acknowledged) {
      forgot(leader, progress, acknowledged, reply.lastIndex());
      return;
    }
    progress.heard(state.now());
    long unacknowledged = progress.heartbeatAnswered(reply.round(), reply.lastIndex(), state.now());
    if (unacknowledged != 0) {
      replication.askAgain(progress, unacknowledged);
    }
    if (reply.snapshotNeeded() != 0) {
      snapshots.need(progress, Math.max(reply.snapshotNeeded(), state.log.base().index()));
    }
    replication.replicateTo(progress);
    confirmReads(leader);
  }

  /** From now on it counts for nothing, and nothing is sent to it but that it is to stop (I4). */
  private void forgot(LeaderState leader, Progress progress, long acknowledged, long lastIndex) {
    snapshots.end(progress);
    leader.progress.remove(progress.id);
    LeaderState.Forgetful forgetful = new LeaderState.Forgetful(progress.incarnation, acknowledged, lastIndex);
    leader.forgetful.put(progress.id, forgetful);
    state.out.add(new PeerForgot(progress.id, acknowledged, lastIndex));
    tellLost(progress.id, forgetful);
  }

  private void tellLost(NodeId peer, LeaderState.Forgetful forgetful) {
    state.out.add(new Send(peer, forgetful.incarnation(), new LostEntries(state.term(), forgetful.matchIndex())));
  }

  private void confirmReads(LeaderState leader) {
    reads.confirm(leader);
    startReadRound(leader);
  }
}
