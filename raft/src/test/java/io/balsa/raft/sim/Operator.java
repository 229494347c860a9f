package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Update;
import io.balsa.raft.log.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wants other members at drawn moments, asks whoever leads or seems to, and loses directories. What it wants is often refused, or its
 * outcome unknown. It never asks for what would leave too few voters, and never breaks more than can be survived.
 */
final class Operator<R> {
  private enum Wish {
    ADD, ADD_AGAIN, PROMOTE, REMOVE, REMOVE_LEADER, UPDATE, LOSE_DIRECTORY, FORGET
  }

  private static final List<Wish> WISHES = List.of(Wish.ADD, Wish.ADD, Wish.ADD, Wish.ADD_AGAIN, Wish.PROMOTE,
      Wish.PROMOTE, Wish.PROMOTE, Wish.REMOVE, Wish.REMOVE, Wish.REMOVE_LEADER, Wish.UPDATE, Wish.LOSE_DIRECTORY,
      Wish.LOSE_DIRECTORY, Wish.FORGET);
  private static final int MEMBERS_MAX = 7;

  private final Cluster<R> cluster;
  private final SimRandom random;
  private final MemberOptions options;
  private int added;

  Operator(Cluster<R> cluster, SimRandom random) {
    this.cluster = cluster;
    this.random = random;
    this.options = cluster.options().members();
  }

  void start() {
    cluster.timeline().after(random.exponential(options.changeIntervalNanos()), () -> {
      if (!cluster.isCalm()) {
        wish(random.pick(WISHES));
        start();
      }
    });
  }

  private void wish(Wish wish) {
    SimNode<R> leader = leader();
    List<Member> members = cluster.newestCommitted().members();
    Member member = random.pick(members);
    switch (wish) {
      case ADD -> add(members.size());
      case ADD_AGAIN ->
        ask(leader, new AddLearner(new Member(member.id(), Member.RESERVED, false, "peer", "client")));
      case PROMOTE -> ask(leader, new Promote(learnerOr(member, members).id()));
      case REMOVE -> ask(leader, new Remove(member.id(), random.chance(0.05) ? -1 : member.incarnation()));
      case REMOVE_LEADER -> {
        if (leader != null) {
          ask(leader, new Remove(leader.id(), leader.incarnation()));
        }
      }
      case UPDATE -> ask(leader, new Update(member.id(), "peer:moved", "client:moved", random.between(0, 3), "z"));
      case LOSE_DIRECTORY -> {
        if (options.losesDirectories()) {
          loseDirectory(random.pick(cluster.living()));
        }
      }
      case FORGET -> {
        if (options.forgets()) {
          cluster.forgetter().forget(random.pick(cluster.living()));
        }
      }
    }
  }

  /** Of the newest term mostly; sometimes one that does not know that it leads no more. */
  private @Nullable SimNode<R> leader() {
    List<SimNode<R>> leaders = new ArrayList<>();
    for (SimNode<R> node : cluster.living()) {
      if (node.role() == Role.LEADER) {
        leaders.add(node);
      }
    }
    return leaders.isEmpty() || random.chance(0.7) ? cluster.leader() : random.pick(leaders);
  }

  private static Member learnerOr(Member member, List<Member> members) {
    return members.stream().filter(each -> !each.voter()).findFirst().orElse(member);
  }

  private void add(int members) {
    if (members < MEMBERS_MAX && cluster.hasRoom()) {
      SimNode<R> node = cluster.addNode(new NodeId("m" + ++added));
      new Joiner<>(cluster, node, null, random.chance(0.3), random.fork("joiner " + node.number())).start();
    }
  }

  private void ask(@Nullable SimNode<R> node, MembershipChange change) {
    SimProcess<R> process = node == null ? null : node.process();
    if (process != null && node != null && !node.isPaused() && cluster.survivable().canChange(change)) {
      cluster.changes().ask(process, change);
      if (random.chance(0.1)) {
        cluster.changes().ask(process, change); // before the first is committed
      }
    }
  }

  private void loseDirectory(SimNode<R> node) {
    if (node.hasStarted() && cluster.hasRoom() && cluster.survivable().canLose(node)) {
      node.crash(random.chance(0.5) ? NodeDisk.Crash.PROCESS : NodeDisk.Crash.POWER);
      lost(node);
    }
  }

  /** Nothing of the node is left, or nothing that counts; another of its id is to take its place. */
  void lost(SimNode<R> node) {
    cluster.counts().add(MembershipEvent.DIRECTORY_LOST);
    node.loseDirectory();
    if (cluster.hasRoom()) {
      SimNode<R> next = cluster.addNode(node.id());
      boolean voted = cluster.newestCommitted().isVoter(node.id());
      new Joiner<>(cluster, next, node, voted, random.fork("joiner " + next.number())).start();
    }
  }
}
