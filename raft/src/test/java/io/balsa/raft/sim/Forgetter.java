package io.balsa.raft.sim;

import io.balsa.raft.action.Role;
import io.balsa.raft.message.AppendEntriesAccepted;
import java.util.ArrayList;
import java.util.List;

/**
 * Disks that do not keep what they confirmed (I4): a node restarts as itself with a shorter log. It happens at a drawn moment, or when
 * a leader has just heard that an entry is acknowledged and does not know yet whether that is committed: then only the leader can
 * find out, for it will not speak of the entry as committed. So the acknowledgements of the others are kept from it for a moment.
 */
final class Forgetter<R> {
  private static final double STRIKE_PROBABILITY = 0.02;
  private static final int STRIKES_MAX = 3;

  private final Cluster<R> cluster;
  private final SimRandom random;
  private int strikes;

  Forgetter(Cluster<R> cluster, SimRandom random) {
    this.cluster = cluster;
    this.random = random;
  }

  /** This is delivered. */
  void acknowledged(SimNode<R> peer, SimNode<R> leader, AppendEntriesAccepted accepted) {
    if (cluster.options().members().forgets() && strikes < STRIKES_MAX && random.chance(STRIKE_PROBABILITY)) {
      cluster.timeline().after(2 * cluster.options().stageDelayNanos(), () -> strike(peer, leader, accepted));
    }
  }

  private void strike(SimNode<R> peer, SimNode<R> leader, AppendEntriesAccepted accepted) {
    boolean undecided = leader.running() && leader.role() == Role.LEADER && leader.term() == accepted.term()
        && peer.running() && peer.term() == accepted.term() && leader.commitIndex() < accepted.matchIndex();
    if (undecided && forget(peer, Math.max(leader.commitIndex(), peer.flushedIndex()))) {
      strikes++;
      deafen(leader, peer);
    }
  }

  private void deafen(SimNode<R> leader, SimNode<R> peer) {
    List<SimNode<R>> cut = new ArrayList<>();
    for (SimNode<R> other : cluster.nodes()) {
      if (other != leader && other != peer && !cluster.network().isCut(other.number(), leader.number())) {
        cluster.network().cut(other.number(), leader.number());
        cut.add(other);
      }
    }
    cluster.timeline().after(cluster.options().raft().electionTimeoutMinNanos(), () -> {
      if (!cluster.isCalm()) {
        cut.forEach(other -> cluster.network().heal(other.number(), leader.number()));
      }
    });
  }

  /** A few of the last entries. */
  void forget(SimNode<R> node) {
    if (node.running()) {
      forget(node, Math.max(node.flushedIndex(), node.durable().lastIndex() - random.between(1, 5)));
    }
  }

  private boolean forget(SimNode<R> node, long lastIndex) {
    long last = node.durable().lastIndex();
    if (lastIndex >= last || cluster.isCalm() || node.isStateLost() || node.isInstalling()
        || !cluster.survivable().canForget(node)) {
      return false;
    }
    node.crash(NodeDisk.Crash.PROCESS);
    if (!node.disk().forget(lastIndex)) {
      node.start();
      return false;
    }
    cluster.counts().add(MembershipEvent.DISK_FORGOT);
    cluster.trace().add(node.id().value(), "forgot", last + " to " + lastIndex);
    node.forgot();
    node.start();
    return true;
  }
}
