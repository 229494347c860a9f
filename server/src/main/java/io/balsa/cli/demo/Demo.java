package io.balsa.cli.demo;

import io.balsa.cli.ClusterView;
import io.balsa.cli.Console;
import io.balsa.cli.Durations;
import io.balsa.cli.Numbers;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalNode;
import io.balsa.client.cluster.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** The whole demonstration, from the first process to the table. */
public final class Demo {
  private static final int NODES = 3;
  private static final int CLIENTS = 8;
  private static final int COUNTERS = 4;
  private static final int KILLS = 3;
  private static final Duration QUIET_BEFORE_KILL = Duration.ofSeconds(2);
  private static final Duration DOWN = Duration.ofMillis(1500);
  /** Far longer than anything here takes; what takes longer has failed. */
  private static final Duration MOST = Duration.ofSeconds(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration ASK_MOST = Duration.ofSeconds(1);

  private final Story story;
  private final List<String> counters = IntStream.rangeClosed(1, COUNTERS).mapToObj(n -> "demo/counter-" + n).toList();
  private final List<Failover> failovers = new ArrayList<>();

  public Demo(Console console) {
    this.story = new Story(console);
  }

  /**
   * Runs it all, in less than a minute.
   *
   * @throws VerbFailure when anything is not exact, or the cluster did not get through
   */
  public void run() throws IOException, InterruptedException {
    story.lines(
        List.of("Balsa counts while its leader is killed: " + NODES + " server processes on this machine, " + CLIENTS
            + " clients, " + COUNTERS + " counters, " + KILLS + " times kill -9.", ""));
    try (Stage stage = Stage.set(NODES)) {
      LocalCluster cluster = stage.cluster();
      try (ClusterView view = new ClusterView(cluster.addresses(), ASK_MOST)) {
        play(cluster, view);
      } catch (VerbFailure e) {
        tellLogs(cluster);
        throw e;
      }
    }
  }

  private void play(LocalCluster cluster, ClusterView view) throws IOException, InterruptedException {
    for (LocalNode node : cluster.nodes()) {
      node.start();
      story.tell(node.id() + " starts: pid " + node.pid() + ", " + node.address());
    }
    NodeStatus first = awaitLeader(view, cluster, leader -> true);
    story.tell(first.id() + " leads (term " + first.term() + ")");

    CounterLoad load = new CounterLoad(cluster.endpoints(), CLIENTS, counters);
    try (WriteProbe probe = new WriteProbe(cluster.endpoints())) {
      long begin = System.nanoTime();
      load.start();
      probe.start();
      story.tell(CLIENTS + " clients increment " + COUNTERS + " counters; a probe writes every 10 ms");
      for (int kill = 0; kill < KILLS; kill++) {
        watch(load, QUIET_BEFORE_KILL);
        failOver(cluster, view, load, probe);
      }
      watch(load, QUIET_BEFORE_KILL);
      load.stop();
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      story.tell("the clients stop: " + Numbers.grouped(load.acknowledged()) + " increments acknowledged, "
          + Numbers.grouped(Math.round(load.acknowledged() / (took.toMillis() / 1000.0))) + " a second");
      Outcome outcome = Outcome.look(view, cluster, counters, load, probe.gaps(), failovers);
      story.lines(outcome.lines());
      outcome.requireExact();
    }
  }

  private void failOver(LocalCluster cluster, ClusterView view, CounterLoad load, WriteProbe probe)
      throws IOException, InterruptedException {
    NodeStatus old = awaitLeader(view, cluster, leader -> true);
    LocalNode victim = cluster.node(old.id());
    long killed = System.nanoTime();
    victim.kill();
    story.tell("kill -9 " + victim.pid() + ": " + victim.id() + ", the leader");
    NodeStatus next = awaitLeader(view, cluster, leader -> leader.term() > old.term());
    if (!probe.awaitMore(2, MOST.toNanos())) {
      throw VerbFailure.unavailable("no write went through for " + Durations.text(MOST) + " after " + victim.id()
          + " was killed");
    }
    Duration gap = probe.gaps().longestWithin(killed, System.nanoTime());
    failovers.add(new Failover(victim.id(), next.id(), next.term(), gap));
    story.tell(next.id() + " leads (term " + next.term() + "); no write for " + Durations.text(gap));
    watch(load, DOWN);
    victim.start();
    story.tell(victim.id() + " starts again: pid " + victim.pid());
    await(view, cluster, answers -> caughtUp(answers, victim.id()), victim.id() + " did not catch up");
    story.tell(victim.id() + " has caught up");
  }

  /** Ready, and not behind what the leader had committed a moment ago. */
  private static boolean caughtUp(List<NodeStatus> answers, String id) {
    long committed = answers.stream().filter(status -> !status.id().equals(id)).mapToLong(NodeStatus::commitIndex)
        .min().orElse(Long.MAX_VALUE);
    return answers.stream()
        .anyMatch(status -> status.id().equals(id) && status.ready() && status.appliedIndex() >= committed - 1000);
  }

  private NodeStatus awaitLeader(ClusterView view, LocalCluster cluster, Predicate<NodeStatus> wanted)
      throws InterruptedException {
    List<NodeStatus> found = new ArrayList<>();
    await(view, cluster, answers -> {
      Optional<NodeStatus> leader = ClusterView.leader(answers).filter(wanted);
      leader.ifPresent(found::add);
      return leader.isPresent();
    }, "no leader was elected");
    return found.getFirst();
  }

  /** Asks those that run until the condition holds. */
  private static void await(ClusterView view, LocalCluster cluster, Predicate<List<NodeStatus>> condition,
      String otherwise) throws InterruptedException {
    long end = System.nanoTime() + MOST.toNanos();
    while (System.nanoTime() - end < 0) {
      List<String> running = cluster.nodes().stream().filter(LocalNode::running).map(LocalNode::address).toList();
      if (condition.test(ClusterView.values(view.status(running)))) {
        return;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
    }
    throw VerbFailure.unavailable(otherwise + " within " + Durations.text(MOST));
  }

  /** Lets time pass, and shows how it goes. */
  private void watch(CounterLoad load, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    long before = load.acknowledged();
    long since = System.nanoTime();
    while (System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(200);
      long now = System.nanoTime();
      long acknowledged = load.acknowledged();
      story.now(Numbers.grouped(acknowledged) + " increments, "
          + Numbers.grouped(Math.round((acknowledged - before) / ((now - since) / 1e9))) + " a second");
      before = acknowledged;
      since = now;
    }
  }

  /** The folder with the logs goes; what they say last is all that is left to find out why. */
  private void tellLogs(LocalCluster cluster) {
    for (LocalNode node : cluster.nodes()) {
      List<String> lines = new ArrayList<>(List.of("", "the last lines of " + node.id() + ":"));
      node.lastLines(10).forEach(line -> lines.add("  " + line));
      story.lines(lines);
    }
  }
}
