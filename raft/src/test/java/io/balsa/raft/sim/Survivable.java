package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Bind;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Replace;
import io.balsa.raft.log.MembershipChange.Update;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a run may break for ever: never more than the protocol promises to survive. In every configuration that may be in force, a
 * majority of the voters stays whole, and holds all that is committed.
 */
final class Survivable<R> {
  private final Cluster<R> cluster;

  Survivable(Cluster<R> cluster) {
    this.cluster = cluster;
  }

  /** The newest committed configuration, those that stand behind it in some log, and what all that is asked for would make of them. */
  List<Configuration> possible() {
    List<Ledger.ConfigurationAt> committed = cluster.ledger().committedConfigurations();
    Ledger.ConfigurationAt newest = committed.get(committed.size() - 1);
    List<Configuration> possible = new ArrayList<>(List.of(newest.configuration()));
    for (SimNode<R> node : cluster.nodes()) {
      if (!node.isLost()) {
        addBehind(newest, cluster.ledger().configurations(node.durable()::termAt), possible);
        addBehind(newest, cluster.ledger().configurations(node::termAt), possible);
      }
    }
    for (MembershipChange asked : cluster.changes().underWay()) {
      for (Configuration before : List.copyOf(possible)) {
        possible.add(after(before, asked));
      }
    }
    possible.removeIf(configuration -> configuration.voters().isEmpty());
    return possible;
  }

  private static void addBehind(Ledger.ConfigurationAt newest, List<Ledger.ConfigurationAt> inLog,
      List<Configuration> possible) {
    int at = inLog.indexOf(newest);
    if (at >= 0) {
      inLog.subList(at + 1, inLog.size()).forEach(each -> possible.add(each.configuration()));
    }
  }

  private static Configuration after(Configuration before, MembershipChange change) {
    Member member = before.member(change.id());
    return switch (change) {
      case Promote ignored when member != null && !member.isReserved() -> before.with(member.promoted());
      case Remove remove when member != null && member.incarnation() == remove.incarnation() ->
        before.without(remove.id());
      case Replace replace when member != null && member.incarnation() == replace.oldIncarnation() ->
        before.with(member.replacedBy(replace.newIncarnation()));
      case AddLearner ignored -> before;
      case Bind ignored -> before;
      case Update ignored -> before;
      case Promote ignored -> before;
      case Remove ignored -> before;
      case Replace ignored -> before;
    };
  }

  /** The directory of this node, or just its log or its state. */
  boolean canLose(SimNode<R> node) {
    Entry last = lastCommitted();
    return everyQuorum(possible(), voter -> voter != node && isWhole(voter))
        && everyQuorum(possible(), voter -> voter != node && holds(voter, last));
  }

  /**
   * The disk forgets the end of its log: whatever it may have acknowledged must be with the others, in every configuration that ever
   * counted it. For it goes on to vote, and those of an old configuration who know no later one are only held back by one who does.
   */
  boolean canForget(SimNode<R> node) {
    long end = node.durable().lastIndex();
    long term = node.durable().termAt(end);
    List<Configuration> counting = new ArrayList<>(possible());
    cluster.ledger().committedConfigurations().forEach(at -> counting.add(at.configuration()));
    counting.removeIf(configuration -> !(configuration.isVoter(node.id()) && Links.binds(configuration, node)));
    return canLose(node) && everyQuorum(counting,
        voter -> voter != node && !voter.isLost() && voter.durable().termAt(end) == term);
  }

  boolean canLoseState(SimNode<R> node) {
    return everyQuorum(possible(), voter -> voter != node && isWhole(voter));
  }

  boolean isMajorityWhole() {
    return everyQuorum(possible(), this::isWhole);
  }

  /** The operator does not ask for what would leave too few. */
  boolean canChange(MembershipChange change) {
    // A learner may forget what others hold; as a voter it would at once count for what it had acknowledged.
    if (change instanceof Promote
        && cluster.living().stream().anyMatch(node -> node.isForgetful() && node.id().equals(change.id()))) {
      return false;
    }
    List<Configuration> after = new ArrayList<>();
    for (Configuration before : possible()) {
      after.add(after(before, change));
    }
    after.removeIf(configuration -> configuration.voters().isEmpty()); // refused in any case
    return everyQuorum(after, this::isWhole);
  }

  /** Whether these are a majority in every configuration that may be in force. */
  boolean isQuorum(Collection<SimNode<R>> nodes) {
    return everyQuorum(possible(), nodes::contains);
  }

  private boolean everyQuorum(List<Configuration> configurations, Predicate<SimNode<R>> counts) {
    for (Configuration configuration : configurations) {
      int voters = 0;
      int counted = 0;
      for (Member member : configuration.members()) {
        if (member.voter()) {
          SimNode<R> node = cluster.node(member.id(), member.incarnation());
          voters++;
          counted += node != null && counts.test(node) ? 1 : 0;
        }
      }
      if (counted <= voters / 2) {
        return false;
      }
    }
    return true;
  }

  private boolean isWhole(SimNode<R> node) {
    return !node.isLost() && !node.disk().isRotten() && !node.isStateLost() && !node.isStateRotten()
        && !node.isForgetful();
  }

  private static boolean holds(SimNode<?> node, @Nullable Entry last) {
    return !node.isLost() && (last == null || node.durable().termAt(last.index()) == last.term());
  }

  private @Nullable Entry lastCommitted() {
    return cluster.ledger().committed(cluster.ledger().committed().size());
  }
}
