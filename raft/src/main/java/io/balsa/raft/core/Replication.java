package io.balsa.raft.core;

import io.balsa.raft.action.AcceptProposals;
import io.balsa.raft.action.RejectProposals;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.input.Proposal;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.SnapshotRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a leader does with its log: append, replicate, commit (thesis 3.5, 3.6.2, 10.2). */
final class Replication {
  private final RaftState state;
  private final SnapshotTransfers transfers;

  Replication(RaftState state, SnapshotTransfers transfers) {
    this.state = state;
    this.transfers = transfers;
  }

  /** 6.4: "each leader appends a blank no-op entry into the log at the start of its term" (I5). */
  void startTerm() {
    LeaderState leader = (LeaderState) state.role;
    followMembers(leader, state.log.lastIndex() + 1);
    leader.noopIndex = append(leader, List.of(new Proposal(EntryType.NOOP, Bytes.EMPTY)));
  }

  void onPropose(List<Proposal> proposals) {
    if (!(state.role instanceof LeaderState leader)) {
      boolean known = state.role instanceof FollowerState follower && follower.leader != null;
      state.out.add(new RejectProposals(known ? Rejection.NOT_LEADER : Rejection.NO_LEADER));
      return;
    }
    if (leader.transfer != null) {
      // 3.10: "the prior leader stops accepting new client requests"
      state.out.add(new RejectProposals(Rejection.NO_LEADER));
      return;
    }
    long firstIndex = append(leader, proposals);
    state.out.add(new AcceptProposals(state.term(), firstIndex, proposals.size()));
  }

  /** It counts from now on (thesis 4.1), for what is committed too: fewer acknowledgements may be needed than before. */
  long appendConfiguration(LeaderState leader, Configuration next) {
    long index = append(leader, List.of(new Proposal(EntryType.CONFIGURATION, next.encode())));
    advanceCommit(leader);
    return index;
  }

  /**
   * One Progress for each peer of the newest configuration; what was begun for anyone else ends.
   *
   * @param nextIndex what is tried first with a new peer
   */
  private void followMembers(LeaderState leader, long nextIndex) {
    TreeMap<NodeId, Progress> before = new TreeMap<>(leader.progress);
    leader.progress.clear();
    leader.forgetful.entrySet().removeIf(
        forgetful -> !state.configuration().binds(forgetful.getKey(), forgetful.getValue().incarnation()));
    for (Member peer : state.peers()) {
      Progress known = before.get(peer.id());
      if (known != null && known.incarnation == peer.incarnation()) {
        leader.progress.put(peer.id(), known);
        before.remove(peer.id());
      } else if (!leader.forgetful.containsKey(peer.id())) {
        leader.progress.put(peer.id(),
            new Progress(peer.id(), peer.incarnation(), nextIndex, state.config, state.now()));
      }
    }
    before.values().forEach(transfers::end);
  }

  private long append(LeaderState leader, List<Proposal> proposals) {
    long firstIndex = state.log.lastIndex() + 1;
    List<Entry> entries = new ArrayList<>(proposals.size());
    for (Proposal proposal : proposals) {
      long index = firstIndex + entries.size();
      entries.add(new Entry(proposal.type(), state.term(), index, leader.clusterTimeNanos, proposal.payload()));
      if (proposal.type() == EntryType.CLOCK) {
        leader.clockIndex = index;
      }
    }
    state.append(entries);
    if (proposals.get(0).type() == EntryType.CONFIGURATION) {
      followMembers(leader, firstIndex);
    }
    leader.lastAppendNanos = state.now();
    replicate(leader);
    return firstIndex;
  }

  void replicate(LeaderState leader) {
    for (Progress progress : leader.progress.values()) {
      replicateTo(progress);
    }
  }

  void replicateTo(Progress progress) {
    if (progress.mode() == Progress.Mode.SNAPSHOT && progress.matchIndex() >= state.log.base().index()) {
      transfers.end(progress);
      progress.snapshotNeedless();
    }
    if (progress.nextIndex() < state.log.firstIndex()
        && (progress.mode() == Progress.Mode.SNAPSHOT || progress.mayAppend())) {
      progress.awaitSnapshot();
      transfers.need(progress, state.log.base().index());
      return;
    }
    while (progress.nextIndex() <= state.log.lastIndex() && progress.mayAppend()) {
      long next = progress.nextIndex();
      long last = state.log.lastIndexWithin(next, state.config.appendBytesMax(), state.config.appendEntriesMax());
      LogId prev = new LogId(state.log.termAt(next - 1), next - 1);
      state.out.add(new SendAppend(progress.id, progress.incarnation, state.term(), prev, state.log.terms(next, last),
          state.commitIndex()));
      progress.sent(last, state.log.bytes(next, last), state.now());
    }
  }

  /** An AppendEntries without entries: the peer answers when it holds everything up to here durably. */
  void askAgain(Progress progress, long lastSent) {
    long index = Math.max(lastSent, state.log.base().index());
    LogId prev = new LogId(state.log.termAt(index), index);
    state.out
        .add(new SendAppend(progress.id, progress.incarnation, state.term(), prev, List.of(), state.commitIndex()));
  }

  void onAccepted(LeaderState leader, NodeId from, AppendEntriesAccepted reply) {
    Progress progress = leader.progress.get(from);
    if (progress == null) {
      return;
    }
    progress.heard(state.now());
    Check.that(reply.matchIndex() <= state.log.lastIndex(), "%s accepted %d, the leader's log ends at %d", from,
        reply.matchIndex(), state.log.lastIndex());
    if (progress.accepted(reply.matchIndex(), state.now())) {
      advanceCommit(leader);
    }
    progress.followsSnapshot &= progress.matchIndex() < state.commitIndex();
    replicateTo(progress);
  }

  void onInstallSnapshotReply(LeaderState leader, NodeId from, InstallSnapshotReply reply) {
    Progress progress = leader.progress.get(from);
    if (progress == null) {
      return;
    }
    progress.heard(state.now());
    long installed = transfers.answered(progress, reply);
    if (installed != 0) {
      if (progress.installed(installed, state.now())) {
        advanceCommit(leader);
      }
      replicateTo(progress);
    }
  }

  void onSnapshotRefused(LeaderState leader, NodeId from, SnapshotRefused reply) {
    Progress progress = leader.progress.get(from);
    if (progress != null) {
      progress.heard(state.now());
      transfers.refused(progress, reply);
    }
  }

  void onRejected(LeaderState leader, NodeId from, AppendEntriesRejected reply) {
    Progress progress = leader.progress.get(from);
    if (progress == null) {
      return;
    }
    progress.heard(state.now());
    long hint = state.log.lastIndexWithTermAtMost(reply.hint().index(), reply.hint().term());
    if (progress.rejected(reply.prevIndex(), hint)) {
      replicateTo(progress);
    }
  }

  /**
   * 3.6.2: "Only log entries from the leader's current term are committed by counting replicas." The leader counts itself by
   * what its own disk holds.
   */
  void advanceCommit(LeaderState leader) {
    long reached = Quorum.reachedByMajority(state.voters(), voter -> {
      if (voter.equals(state.self)) {
        return state.syncs.persistedIndex();
      }
      Progress progress = leader.progress.get(voter);
      return progress == null ? 0 : progress.matchIndex();
    });
    if (reached > state.commitIndex() && state.log.termAt(reached) == state.term()) {
      state.commitTo(reached);
    }
  }

  /** Something became durable here. */
  void persisted() {
    if (state.role instanceof LeaderState leader) {
      advanceCommit(leader);
    }
    state.applyWhatIsReady();
  }
}
