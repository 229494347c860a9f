package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Bind;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Replace;
import org.jspecify.annotations.Nullable;

/**
 * A node on its way into the cluster: it asks whoever seems to lead, again and again, until a committed configuration binds its
 * incarnation; every step may have been done already, by an earlier try whose answer was lost. One that takes the place of a lost
 * incarnation has that replaced by itself as a learner (I3), in one entry; or removed first, as an operator does it by hand, and is
 * then added under the same id. If the lost one was a voter it then asks to be promoted, until it is.
 */
final class Joiner<R> {
  private static final long MILLIS = 1_000_000;

  private final Cluster<R> cluster;
  private final SimNode<R> node;
  private final SimRandom random;
  /** What it replaces; null: it is new. */
  private final @Nullable SimNode<R> replaced;
  private final boolean reservedFirst;
  private final boolean removedFirst;
  private final boolean wantsToVote;
  private boolean joined;
  private long turn;

  Joiner(Cluster<R> cluster, SimNode<R> node, @Nullable SimNode<R> replaced, boolean wantsToVote, SimRandom random) {
    this.cluster = cluster;
    this.node = node;
    this.replaced = replaced;
    this.wantsToVote = wantsToVote;
    this.random = random;
    this.reservedFirst = random.chance(0.5);
    this.removedFirst = random.chance(0.5);
  }

  void start() {
    long mine = ++turn;
    cluster.timeline().after(20 * MILLIS + random.exponential(500 * MILLIS), () -> {
      if (mine == turn && !cluster.isCalm() && !node.isGone() && !isDone()) {
        start(); // whatever comes of this try
        attempt();
      }
    });
  }

  private boolean isDone() {
    return joined && (!wantsToVote || node.newest().isVoter(node.id()));
  }

  private void attempt() {
    SimNode<R> leader = cluster.leader();
    SimNode<R> asked = leader == null || random.chance(0.1) ? random.pick(cluster.living()) : leader;
    SimProcess<R> process = asked.process();
    if (process == null || asked.isPaused()) {
      return;
    }
    Configuration committed = asked.committed().configuration();
    if (!joined && process.role() == Role.LEADER && Links.binds(committed, node)) {
      answer(asked.committed());
      return;
    }
    MembershipChange next = joined ? new Promote(node.id()) : next(committed.member(node.id()));
    if (next != null && cluster.survivable().canChange(next)) {
      cluster.changes().ask(process, next);
    }
  }

  /** The next step for a node that is no member yet. */
  private @Nullable MembershipChange next(@Nullable Member member) {
    if (member == null) {
      boolean reserved = replaced == null && reservedFirst;
      return new AddLearner(new Member(node.id(), reserved ? Member.RESERVED : node.incarnation(), false, "peer",
          "client"));
    }
    if (member.isReserved()) {
      return new Bind(node.id(), node.incarnation(), "peer:bound", "client:bound");
    }
    if (replaced == null || member.incarnation() != replaced.incarnation()) {
      return null; // another node of this id came first
    }
    return removedFirst
        ? new Remove(node.id(), replaced.incarnation())
        : new Replace(node.id(), replaced.incarnation(), node.incarnation());
  }

  private void answer(Committed answer) {
    if (random.chance(0.2)) {
      cluster.counts().add(MembershipEvent.ANSWER_LOST);
      return;
    }
    joined = true;
    cluster.counts().add(replaced == null ? MembershipEvent.JOINED : MembershipEvent.REPLACED);
    node.join(answer);
  }
}
