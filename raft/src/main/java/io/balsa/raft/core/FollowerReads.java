package io.balsa.raft.core;

import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.RejectRead;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads at a node that does not lead, voter or learner (thesis 6.4, C3): it asks its leader for a read index, once for
 * all reads that have come; those that come meanwhile share the next request. They stay through elections: the next leader is asked,
 * and if it is this node, they are its own.
 *
 * <p>The id of a request is (boot nonce, counter), and no two requests have the same, not even one and its repetition: an answer
 * to a request proves something about the reads that had come when it was <em>first</em> sent, and to which of them it belongs must
 * never be in doubt.
 */
final class FollowerReads {
  /** Reads that came together. */
  private static final class Batch {
    final List<Long> contexts;
    final long dueNanos;
    /** The first request that left after they had come; 0: none has. */
    long request;

    Batch(List<Long> contexts, long dueNanos) {
      this.contexts = contexts;
      this.dueNanos = dueNanos;
    }
  }

  private static final long NONE = 0;

  private final RaftState state;
  private final Following following;
  private final Leading leading;
  private final Installing installing;
  private final long boot;
  /** In the order in which they came. As many as the node lets in. */
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();
  private long lastRequest;
  /** The term in which the last request left and was not answered; NONE: it was, or there is none. */
  private long askedInTerm = NONE;
  private long askAgainNanos;
  /** When a leader was last known. */
  private long ledNanos;

  /** @param boot tells the requests of this process from those of an earlier one of this node */
  FollowerReads(RaftState state, Following following, Leading leading, Installing installing, long boot) {
    this.state = state;
    this.following = following;
    this.leading = leading;
    this.installing = installing;
    this.boot = boot;
    this.ledNanos = state.now();
  }

  void onRead(List<Long> contexts) {
    if (state.role instanceof LeaderState leader) {
      leading.onRead(leader, contexts);
    } else {
      batches.addLast(new Batch(contexts, state.now() + state.config.electionTimeoutMaxNanos()));
    }
  }

  /** What is late settles what it was sent for, if that still waits; whose reads are settled, or of another process, says nothing. */
  void onReply(Peer from, ReadIndexReply reply) {
    if (reply.boot() != boot || reply.read() > lastRequest || !isBelieved(from)) {
      return;
    }
    while (!batches.isEmpty() && batches.getFirst().request != NONE && batches.getFirst().request <= reply.read()) {
      batches.removeFirst().contexts
          .forEach(context -> state.out.add(new ReadReady(context, reply.readIndex())));
    }
    if (reply.read() == lastRequest) {
      askedInTerm = NONE;
    }
    following.leaderCommitted(reply.readIndex());
  }

  /**
   * The leader that this node follows: that incarnation, member still or not, for it has asked a majority of its newest configuration.
   * While none is known, as before an election, any member (I1).
   */
  private boolean isBelieved(Peer from) {
    if (state.role instanceof FollowerState follower && follower.leader != null) {
      return from.equals(follower.leader);
    }
    return state.configuration().binds(from.id(), from.incarnation());
  }

  /** No answer came: the request is lost, or its answer. The leader is asked anew; but no read waits longer than an election takes. */
  void checkTimers() {
    while (!batches.isEmpty() && batches.getFirst().dueNanos <= state.now()) {
      reject(batches.removeFirst(), isLed() ? Rejection.NOT_LEADER : Rejection.NO_LEADER);
    }
    if (state.now() >= askAgainNanos) {
      askedInTerm = NONE;
    }
  }

  /** At the end of each step: reads go where they can, now that roles, terms and leaders are what they are. */
  void judge() {
    if (isLed()) {
      ledNanos = state.now();
    }
    if (batches.isEmpty()) {
      askedInTerm = NONE; // nobody waits for that answer any more
      return;
    }
    if (state.role instanceof LeaderState own) {
      batches.forEach(batch -> leading.onRead(own, batch.contexts));
      batches.clear();
      return;
    }
    Rejection why = refusal();
    if (why != null) {
      batches.forEach(batch -> reject(batch, why));
      batches.clear();
    } else if (state.role instanceof FollowerState follower && follower.leader != null
        && askedInTerm != state.term() && state.mayReply()) {
      ask(follower.leader);
    }
  }

  private void ask(Peer leader) {
    lastRequest++;
    for (Iterator<Batch> newest = batches.descendingIterator(); newest.hasNext();) {
      Batch batch = newest.next();
      if (batch.request != NONE) {
        break;
      }
      batch.request = lastRequest;
    }
    askedInTerm = state.term();
    askAgainNanos = state.now() + 2 * state.config.heartbeatIntervalNanos();
    state.reply(leader, new ReadIndex(state.term(), boot, lastRequest));
  }

  /**
   * Why this node will serve no read soon: its state does not come further, for only a snapshot can bring it there or the disk stands
   * still (C5); or it has known no leader for as long as an election takes. Null: it may.
   */
  @Nullable
  Rejection refusal() {
    if (state.role instanceof LeaderState) {
      return null;
    }
    long longAgo = state.now() - state.config.electionTimeoutMaxNanos();
    if (installing.isBehindSnapshot() || state.syncs.isStalledSince(longAgo)) {
      return isLed() ? Rejection.NOT_LEADER : Rejection.NO_LEADER;
    }
    return !isLed() && ledNanos <= longAgo ? Rejection.NO_LEADER : null;
  }

  private void reject(Batch batch, Rejection why) {
    batch.contexts.forEach(context -> state.out.add(new RejectRead(context, why)));
  }

  private boolean isLed() {
    return switch (state.role) {
      case LeaderState leader -> true;
      case FollowerState follower -> follower.leader != null;
      case CandidateState candidate -> false;
    };
  }
}
