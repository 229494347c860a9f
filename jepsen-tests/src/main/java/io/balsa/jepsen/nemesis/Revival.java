package io.balsa.jepsen.nemesis;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.NodeStatus;
import io.balsa.client.error.BalsaException;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Brings back nodes whose disks were harmed. They may end by themselves, with a message, as often as they find another harm; they are started
 * again each time, as a supervisor would. What they do at their start is up to the product: nobody else repairs anything.
 */
final class Revival {
  /** A new incarnation is not let in before the old one was away for ten seconds; then it gets a snapshot. */
  private static final Duration MOST = Duration.ofMinutes(4);
  private static final Duration HASH_MOST = Duration.ofMinutes(1);
  private static final Duration CALL_MOST = Duration.ofSeconds(5);
  private static final int STARTS_MOST = 20;
  private static final long LOOK_EVERY_NANOS = 100_000_000;
  /** What was under way when the harm ended can still end the node. */
  private static final int READY_LOOKS = 15;

  private final RealCluster cluster;
  private final List<ServerProcess> nodes;
  private final BalsaClient client;
  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicReference<String> lacks = new AtomicReference<>("nothing was looked at");

  private Revival(RealCluster cluster, List<ServerProcess> nodes, BalsaClient client) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.client = client;
  }

  /** Until all of them have been ready, and voters, for more than a second. */
  static void of(RealCluster cluster, List<ServerProcess> nodes) {
    with(cluster, nodes, Revival::untilReady);
  }

  /** And until they have read their whole state without finding harm in it: what lies there unseen would be found at a later time. */
  static void withWholeState(RealCluster cluster, List<ServerProcess> nodes) {
    with(cluster, nodes, revival -> {
      revival.untilReady();
      nodes.forEach(node -> Await.until(MOST, () -> revival.isStateWhole(node), revival::describe));
      revival.untilReady();
    });
  }

  private static void with(RealCluster cluster, List<ServerProcess> nodes, Consumer<Revival> work) {
    try (BalsaClient client = cluster.client().timeout(CALL_MOST).build()) {
      work.accept(new Revival(cluster, nodes, client));
    } catch (IllegalStateException e) {
      throw new NotWholeAgainException("nodes whose disks were harmed did not come back", e);
    }
    nodes.forEach(node -> node.mayEnd(false));
  }

  private void untilReady() {
    AtomicInteger looks = new AtomicInteger();
    Await.until(MOST, () -> {
      startThoseThatEnded();
      looks.set(areReady() ? looks.get() + 1 : 0);
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      return looks.get() >= READY_LOOKS;
    }, this::describe);
  }

  private boolean areReady() {
    Optional<ServerProcess> late = nodes.stream()
        .filter(node -> !cluster.status(node).map(NodeStatus::ready).orElse(false)).findFirst();
    if (late.isPresent()) {
      lacks.set(late.get().id() + " is not ready");
      return false;
    }
    try {
      List<String> voting = client.cluster().members().stream().filter(MemberInfo::voter).map(MemberInfo::id).toList();
      lacks.set("of the nodes, only these vote: " + voting);
      return nodes.stream().allMatch(node -> voting.contains(node.id()));
    } catch (BalsaException e) {
      lacks.set("the members are not told: " + e.getMessage());
      return false;
    }
  }

  private boolean isStateWhole(ServerProcess node) {
    startThoseThatEnded();
    try {
      client.cluster().withTimeout(HASH_MOST).hash(client.cluster().resolve(node.address()), 0);
      return true;
    } catch (BalsaException e) {
      lacks.set("the state of " + node.id() + " cannot be read: " + e.getMessage());
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
      return false;
    }
  }

  private void startThoseThatEnded() {
    for (ServerProcess node : nodes) {
      if (!node.isAlive()) {
        if (starts.incrementAndGet() > STARTS_MOST) {
          throw new IllegalStateException(node.id() + " ended again and again\n" + cluster.describe());
        }
        node.start();
        node.mayEnd(true);
      }
    }
  }

  private String describe() {
    return nodes.stream().map(ServerProcess::id).toList() + " did not come back: " + lacks + "\n" + cluster.describe();
  }
}
