package io.balsa.raft.core;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import java.util.List;

/** What a follower does at its leader's word (thesis 3.5). */
final class Following {
  private final RaftState state;
  private final Roles roles;

  Following(RaftState state, Roles roles) {
    this.state = state;
    this.roles = roles;
  }

  void onAppendEntries(Peer from, AppendEntries request) {
    obey(from);
    if (state.install != null) {
      return; // the log is about to begin elsewhere; the leader sends it again (C6)
    }
    LogId prev = request.prev();
    if (!state.log.matches(prev) && prev.index() >= state.log.base().index()) {
      // 3.5: "the follower refuses the new entries"; the hint skips what cannot match.
      long hint = state.log.lastIndexWithTermAtMost(Math.min(prev.index(), state.log.lastIndex()), prev.term());
      state.reply(from, new AppendEntriesRejected(state.term(), prev.index(), new LogId(state.log.termAt(hint), hint)));
      return;
    }
    appendNew(request.entries());
    long matchIndex = request.lastIndex();
    if (state.role instanceof FollowerState follower) {
      follower.matchedIndex = Math.max(follower.matchedIndex, matchIndex);
    }
    leaderCommitted(request.commitIndex());
    if (matchIndex <= state.syncs.persistedIndex()) {
      state.reply(from, new AppendEntriesAccepted(state.term(), matchIndex));
    } else {
      state.replyAfterSync(from, new AppendEntriesAccepted(state.term(), matchIndex));
    }
  }

  /** 3.5: "If an existing entry conflicts with a new one (same index but different terms), delete it and all that follow." */
  private void appendNew(List<Entry> entries) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.index() <= state.log.base().index()) {
        continue;
      }
      if (state.log.contains(entry.index())) {
        if (state.log.termAt(entry.index()) == entry.term()) {
          continue;
        }
        state.truncate(entry.index(), entry.stampNanos());
      }
      state.append(entries.subList(i, entries.size()));
      return;
    }
  }

  void onHeartbeat(Peer from, Heartbeat heartbeat) {
    obey(from);
    if (heartbeat.commitIndex() > state.log.lastIndex()) {
      throw new ForgetfulDiskException("the disk of this node does not keep what it confirms: leader " + from
          + " counts on entry " + heartbeat.commitIndex() + " of its log, which ends at " + state.log.lastIndex());
    }
    state.commitTo(heartbeat.commitIndex());
    state.replyUnlessLate(from, new HeartbeatReply(state.term(), heartbeat.round(), state.log.lastIndex(),
        state.snapshotNeeded()));
  }

  /**
   * The leader of this term has committed everything up to here. So has this node, as far as the logs are known to match: what it
   * holds and has not acknowledged yet, the leader's heartbeats do not dare to call committed.
   */
  void leaderCommitted(long index) {
    if (state.role instanceof FollowerState follower) {
      follower.leaderCommitIndex = Math.max(follower.leaderCommitIndex, index);
      state.commitTo(Math.min(follower.leaderCommitIndex, follower.matchedIndex));
    }
  }

  /** Whoever speaks as leader in this term is the leader of this term. */
  void obey(Peer from) {
    if (state.role instanceof FollowerState follower && from.equals(follower.leader)) {
      // As far ahead as it was: evidence that this leader is gone still counts (C4). But a node that could not stand for long
      // has put its timeout off again and again.
      long timeout = Math.min(follower.electionDueNanos - follower.lastHeardNanos,
          state.config.electionTimeoutMaxNanos());
      follower.electionDueNanos = state.now() + timeout;
      follower.lastHeardNanos = state.now();
      return;
    }
    Check.that(!(state.role instanceof LeaderState), "%s and this node both lead term %d", from, state.term());
    Check.that(!(state.role instanceof FollowerState follower) || follower.leader == null,
        "%s leads term %d, and so does another node", from, state.term());
    roles.becomeFollower(from, "follows " + from);
  }
}
