package io.balsa.raft.core;

import io.balsa.raft.action.ReadReady;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * ReadIndex at the leader (thesis 6.4, C3): its own reads, and those that other members ask it for, wait for a round of heartbeats
 * that has not been sent, and are answered when a majority of the voters has answered it.
 *
 * <p>Of one member it remembers at most two requests: one that a round has taken along, and the newest of those that came since,
 * which stands for them all: what it proves covers the reads of those before it.
 */
final class LeaderReads {
  private final RaftState state;

  LeaderReads(RaftState state) {
    this.state = state;
  }

  void add(LeaderState leader, Peer from, ReadIndex request) {
    if (!leader.counts(from)) {
      return; // no member, or not any more
    }
    LeaderState.RemoteRead asked = new LeaderState.RemoteRead(from, request.boot(), request.read());
    leader.waitingRemoteReads.merge(from.id(), asked,
        (waiting, other) -> waiting.from().equals(other.from()) && waiting.boot() == other.boot()
            && waiting.read() > other.read() ? waiting : other);
  }

  /** One round of reads at a time: those that come meanwhile share the next, or the next regular heartbeat. */
  boolean needRound(LeaderState leader) {
    return leader.noopApplied && leader.readRounds.isEmpty()
        && !(leader.waitingReads.isEmpty() && leader.waitingRemoteReads.isEmpty());
  }

  /** A round is about to be sent: reads join it now, and take the commit index of this moment. Not before the no-op is applied (I5). */
  void joinRound(LeaderState leader) {
    if (!leader.noopApplied) {
      return;
    }
    List<LeaderState.RemoteRead> remote = takeRemote(leader);
    if (!leader.waitingReads.isEmpty() || !remote.isEmpty()) {
      leader.readRounds
          .addLast(new LeaderState.ReadRound(leader.round, state.commitIndex(), leader.waitingReads, remote));
      leader.waitingReads = new ArrayList<>();
    }
  }

  /** Those whose member has no request in a round that is not confirmed yet. */
  private static List<LeaderState.RemoteRead> takeRemote(LeaderState leader) {
    List<LeaderState.RemoteRead> taken = new ArrayList<>();
    for (Iterator<LeaderState.RemoteRead> waiting = leader.waitingRemoteReads.values().iterator(); waiting.hasNext();) {
      LeaderState.RemoteRead read = waiting.next();
      if (leader.readRounds.stream().noneMatch(round -> round.isOf(read.from()))) {
        taken.add(read);
        waiting.remove();
      }
    }
    return taken;
  }

  /** An answer to round n confirms every round up to n (C3). */
  void confirm(LeaderState leader) {
    if (leader.readRounds.isEmpty()) {
      return;
    }
    long confirmed = Quorum.reachedByMajority(state.voters(), voter -> {
      Progress progress = leader.progress.get(voter);
      return voter.equals(state.self) ? leader.round : progress == null ? 0 : progress.ackedRound();
    });
    while (!leader.readRounds.isEmpty() && leader.readRounds.getFirst().round() <= confirmed) {
      LeaderState.ReadRound round = leader.readRounds.removeFirst();
      round.contexts().forEach(context -> state.out.add(new ReadReady(context, round.commitIndex())));
      for (LeaderState.RemoteRead read : round.remote()) {
        if (leader.counts(read.from())) {
          state.reply(read.from(), new ReadIndexReply(state.term(), read.boot(), read.read(), round.commitIndex()));
        }
      }
    }
  }
}
