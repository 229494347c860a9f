package io.balsa.jepsen.nemesis;

import io.balsa.client.cluster.MemberInfo;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The voters that a cluster is to have again when a fault ends, and the steps in which members come and go. A node that comes back
 * under its old name comes with an empty directory, as the operator's guide has it. One thread.
 */
final class Roster {
  /** A removed node hears of it and ends; one that is cut off does not hear. */
  private static final Duration END_MOST = Duration.ofSeconds(15);
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  private final RealCluster cluster;
  private final List<ServerProcess> voters;

  private Roster(RealCluster cluster, List<ServerProcess> voters) {
    this.cluster = cluster;
    this.voters = voters;
  }

  /**
   * The nodes of now.
   *
   * @throws CannotBeDone see {@link #checkWhole}
   */
  static Roster of(RealCluster cluster) {
    checkWhole(cluster);
    return new Roster(cluster, cluster.nodes());
  }

  /**
   * All nodes run, are ready, and vote.
   *
   * @throws CannotBeDone they do not all run and vote: from such a cluster less may be taken away
   */
  static void checkWhole(RealCluster cluster) {
    List<ServerProcess> nodes = cluster.nodes();
    nodes.stream().filter(node -> !node.isAlive() || node.isPaused()).findFirst().ifPresent(node -> {
      throw new CannotBeDone("not all nodes run: " + node);
    });
    cluster.awaitReady();
    try (Operator operator = new Operator(cluster)) {
      List<String> voting = operator.members().stream().filter(MemberInfo::voter).map(MemberInfo::id).toList();
      nodes.stream().filter(node -> !voting.contains(node.id())).findFirst().ifPresent(node -> {
        throw new CannotBeDone("not all nodes vote: " + node);
      });
    }
  }

  List<ServerProcess> voters() {
    return voters;
  }

  /** One more voter, which was none before, or has been forgotten. */
  ServerProcess grow(Operator operator) {
    Optional<ServerProcess> back = cluster.forgotten().stream().findFirst();
    if (back.isPresent()) {
      comeBack(operator, back.get());
      return back.get();
    }
    ServerProcess node = cluster.joiner();
    operator.add(node);
    node.start();
    operator.promote(node.id());
    return node;
  }

  /** The node is a member no more, and has ended. */
  void remove(Operator operator, ServerProcess node) {
    node.mayEnd(true);
    operator.remove(node.id());
    end(node);
  }

  private static void end(ServerProcess node) {
    long begin = System.nanoTime();
    while (node.isAlive() && System.nanoTime() - begin < END_MOST.toNanos()) {
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    if (node.isAlive()) {
      node.kill();
      Processes.awaitDead(node);
    }
  }

  /** Makes the voters those that they were, whatever has become of them; others go. There are never fewer than there are now. */
  void restore() {
    try (Operator operator = new Operator(cluster)) {
      voters.forEach(node -> restore(operator, node));
      for (ServerProcess node : cluster.nodes()) {
        if (!voters.contains(node)) {
          remove(operator, node);
          cluster.forget(node);
        }
      }
    } catch (IllegalStateException e) {
      throw new NotWholeAgainException("the members are not those that they were", e);
    }
  }

  private void restore(Operator operator, ServerProcess node) {
    Optional<MemberInfo> member = operator.member(node.id());
    if (member.isEmpty() || member.get().isReserved()) {
      comeBack(operator, node);
      return;
    }
    Processes.ensureStarted(node);
    operator.promote(node.id());
  }

  private void comeBack(Operator operator, ServerProcess node) {
    if (node.isAlive()) {
      end(node);
    }
    NodeFiles.of(node).wipe();
    cluster.rejoin(node);
    operator.add(node);
    node.start();
    operator.promote(node.id());
  }
}
