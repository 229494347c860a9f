package io.balsa.cli.demo;

import io.balsa.cli.ClusterView;
import io.balsa.cli.Durations;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalNode;
import io.balsa.client.cluster.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Looks at the nodes, and lets time pass until they are as they should be. One thread. */
final class Backstage {
  /** Three JVMs start at once, on a machine that may have better to do. */
  static final Duration FIRST_LEADER_MOST = Duration.ofMinutes(3);
  /** Far longer than anything here takes; what takes longer has failed. */
  static final Duration MOST = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final ClusterView view;
  private final LocalCluster cluster;
  private final Runnable meanwhile;

  /** @param meanwhile done at every look: shows how it goes */
  Backstage(ClusterView view, LocalCluster cluster, Runnable meanwhile) {
    this.view = view;
    this.cluster = cluster;
    this.meanwhile = meanwhile;
  }

  /** Lets time pass. */
  void pass(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
      meanwhile.run();
    }
  }

  /** Waits for a leader like this. */
  NodeStatus awaitLeader(Duration most, Predicate<NodeStatus> wanted) throws InterruptedException {
    return await(most, answers -> ClusterView.leader(answers).filter(wanted), "no leader was elected");
  }

  /** Waits until a node is ready, and not behind what the others had committed a moment ago. */
  NodeStatus awaitCaughtUp(String id) throws InterruptedException {
    return await(MOST, answers -> {
      long committed = answers.stream().filter(status -> !status.id().equals(id)).mapToLong(NodeStatus::commitIndex)
          .max().orElse(Long.MAX_VALUE);
      return answers.stream().filter(status -> status.id().equals(id) && status.ready()
          && status.appliedIndex() >= committed - 1000).findFirst();
    }, id + " did not catch up");
  }

  /** Waits until a node says this of itself. */
  NodeStatus awaitStatus(String id, Predicate<NodeStatus> wanted, String otherwise) throws InterruptedException {
    return await(MOST,
        answers -> answers.stream().filter(status -> status.id().equals(id)).filter(wanted).findFirst(), otherwise);
  }

  /** Asks those that run until there is what was looked for. */
  private NodeStatus await(Duration most, Function<List<NodeStatus>, Optional<NodeStatus>> look, String otherwise)
      throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      List<String> running = cluster.nodes().stream().filter(LocalNode::running).map(LocalNode::address).toList();
      Optional<NodeStatus> found = look.apply(ClusterView.values(view.status(running)));
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() - end >= 0) {
        throw VerbFailure.unavailable(otherwise + " within " + Durations.text(most));
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
      meanwhile.run();
    }
  }
}
