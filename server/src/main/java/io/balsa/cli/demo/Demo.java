package io.balsa.cli.demo;

import io.balsa.cli.ClusterView;
import io.balsa.cli.Console;
import io.balsa.cli.Durations;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.local.LocalCluster;
import io.balsa.cli.local.LocalNode;
import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The whole demonstration, from the first process to the tables. */
public final class Demo {
  private static final int NODES = 3;
  private static final int KILLS = 3;
  private static final Duration QUIET_BEFORE_KILL = Duration.ofSeconds(2);
  private static final Duration DOWN = Duration.ofMillis(1500);
  private static final Duration ASK_MOST = Duration.ofSeconds(1);
  /** A short log, so that a node without its state cannot be repaired by what its own log or another's still has. */
  private static final List<String> SHORT_LOG = List.of("--log-keep-entries", "1000", "--log-segment-bytes", "1048576",
      "--log-flush-bytes", "1048576");

  private final Story story;
  private final List<Failover> failovers = new ArrayList<>();
  private List<Scenario> scenarios = List.of();

  public Demo(Console console) {
    this.story = new Story(console);
  }

  /**
   * Runs it all, in about a minute.
   *
   * @throws VerbFailure when anything is not exact, or the cluster did not get through
   */
  public void run() throws IOException, InterruptedException {
    story.lines(List.of("Balsa counts, locks and moves money while its leader is killed: " + NODES
        + " server processes on this machine,",
        KILLS
            + " times kill -9 of the leader, then a follower that loses its state. All must be exact in the end.",
        ""));
    try (Stage stage = Stage.set(NODES, SHORT_LOG)) {
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
    Backstage backstage = new Backstage(view, cluster, this::progress);
    for (LocalNode node : cluster.nodes()) {
      node.start();
      story.tell(node.id() + " starts: pid " + node.pid() + ", " + node.address());
    }
    NodeStatus first = backstage.awaitLeader(Backstage.FIRST_LEADER_MOST, leader -> true);
    story.tell(first.id() + " leads (term " + first.term() + ")");

    String endpoints = cluster.endpoints();
    try (BalsaClient client = BalsaClient.builder().endpoints(endpoints).timeout(Backstage.MOST).build();
        WriteProbe probe = new WriteProbe(endpoints)) {
      scenarios = List.of(new Counters(endpoints), new FairLock(endpoints), new Bank(endpoints),
          new Watchers(endpoints));
      scenarios.forEach(scenario -> scenario.prepare(client));
      long begin = System.nanoTime();
      for (Scenario scenario : scenarios) {
        scenario.start();
        story.tell(scenario.title());
      }
      probe.start();
      for (int kill = 0; kill < KILLS; kill++) {
        backstage.pass(QUIET_BEFORE_KILL);
        failOver(cluster, backstage, probe);
      }
      Repair repair = new StateLoss(cluster, backstage, story).happen();
      backstage.pass(QUIET_BEFORE_KILL);
      WriteGaps gaps = probe.gaps();
      probe.close();
      stopScenarios();
      story.tell("the clients stop after " + Durations.text(Duration.ofNanos(System.nanoTime() - begin)) + ": "
          + progressText());
      Outcome outcome = Outcome.look(cluster, client, scenarios, gaps, failovers, repair);
      story.lines(outcome.lines());
      outcome.requireExact();
    }
  }

  private void stopScenarios() throws InterruptedException {
    scenarios.forEach(Scenario::stop);
    for (Scenario scenario : scenarios) {
      scenario.join();
    }
  }

  private void failOver(LocalCluster cluster, Backstage backstage, WriteProbe probe)
      throws IOException, InterruptedException {
    NodeStatus old = backstage.awaitLeader(Backstage.MOST, leader -> true);
    LocalNode victim = cluster.node(old.id());
    awaitWrites(probe, "before " + victim.id() + " is killed"); // a gap is between two writes
    long killed = System.nanoTime();
    victim.kill();
    story.tell("kill -9 " + victim.pid() + ": " + victim.id() + ", the leader");
    NodeStatus next = backstage.awaitLeader(Backstage.MOST, leader -> leader.term() > old.term());
    awaitWrites(probe, "after " + victim.id() + " was killed");
    Duration gap = probe.gaps().longestWithin(killed, System.nanoTime());
    failovers.add(new Failover(victim.id(), next.id(), next.term(), gap));
    story.tell(next.id() + " leads (term " + next.term() + "); no write for " + Durations.text(gap));
    backstage.pass(DOWN);
    victim.start();
    story.tell(victim.id() + " starts again: pid " + victim.pid());
    backstage.awaitCaughtUp(victim.id());
    story.tell(victim.id() + " has caught up");
  }

  private static void awaitWrites(WriteProbe probe, String when) throws InterruptedException {
    if (!probe.awaitMore(2, Backstage.MOST.toNanos())) {
      throw VerbFailure.unavailable("no write went through for " + Durations.text(Backstage.MOST) + " " + when);
    }
  }

  private void progress() {
    if (!scenarios.isEmpty()) {
      story.now(progressText());
    }
  }

  private String progressText() {
    return scenarios.stream().map(Scenario::progress).collect(Collectors.joining(", "));
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
