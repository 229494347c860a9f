package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.jepsen.checker.append.Anomaly;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.checker.append.Dependency;
import io.balsa.jepsen.checker.append.Finding;
import io.balsa.jepsen.checker.append.HistoryRecorder;
import io.balsa.jepsen.checker.append.ListAppendChecker;
import io.balsa.jepsen.checker.append.Report;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.jepsen.workload.ListAppends;
import io.balsa.jepsen.workload.ListTransaction;
import io.balsa.jepsen.workload.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transactions over lists, of all kinds, while nodes are killed and stand still: the whole history is strictly
 * serializable. The seed draws the transactions and the order of the faults; give it back with {@code
 * -Dbalsa.seed=...}. A history that is not is kept in {@code target/list-append-history.txt}.
 */
@Timeout(600)
class ListAppendIT {
  private static final int CLIENTS = 8;
  private static final Duration MOST = Duration.ofSeconds(90);
  private static final Path KEPT = Path.of("target", "list-append-history.txt");

  private enum Fault {
    KILL_LEADER,
    KILL_FOLLOWER,
    PAUSE_LEADER,
    PAUSE_FOLLOWER
  }

  private final long seed = Long.getLong("balsa.seed", System.nanoTime());

  @Test
  void theHistoryIsStrictlySerializable(@TempDir Path directory) throws InterruptedException, IOException {
    System.out.println("ListAppendIT: seed " + seed);
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    faults.add(Fault.PAUSE_LEADER);
    Collections.shuffle(faults, new Random(seed));
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        ListAppends lists = new ListAppends("lists", cluster.endpoints(), CLIENTS, seed)) {
      lists.start();
      for (Fault fault : faults) {
        lists.awaitMore(300, MOST);
        during(fault, cluster, lists);
        cluster.awaitReady();
      }
      lists.awaitMore(300, MOST);
      lists.finish(MOST);
      List<String> wrong = lists.check(client.unaryKv());
      if (!wrong.isEmpty()) {
        lists.history().write(KEPT);
      }
      assertThat(wrong).as("seed %d, history in %s", seed, KEPT.toAbsolutePath()).isEmpty();
      Report report = lists.report();
      System.out.println("ListAppendIT: " + faults + "; " + report.counts() + "; turns not done "
          + lists.count(Outcome.NOT_DONE));
      assertThat(report.count(Completion.FAILED)).as("conflicts").isPositive();
      for (Dependency kind : Dependency.values()) {
        assertThat(report.count(kind)).as("%s", kind).isPositive();
      }
      assertThat(anomaliesWithoutGuards(client)).containsExactlyInAnyOrder(Anomaly.LOST_APPEND, Anomaly.G2);
    }
  }

  private static void during(Fault fault, RealCluster cluster, ListAppends lists) {
    boolean leader = fault == Fault.KILL_LEADER || fault == Fault.PAUSE_LEADER;
    ServerProcess node = leader ? cluster.awaitLeader() : cluster.awaitFollower();
    if (fault == Fault.KILL_LEADER || fault == Fault.KILL_FOLLOWER) {
      node.kill();
      node.awaitEnd(MOST);
      lists.awaitMore(150, MOST);
      node.start();
    } else {
      node.pause();
      lists.awaitMore(150, MOST);
      node.resume();
    }
  }

  /**
   * The same cluster, used without guards by two clients at a time: each reads before the other one writes. If the
   * checker were blind, it would be blind here.
   */
  private static List<Anomaly> anomaliesWithoutGuards(BalsaClient client) {
    HistoryRecorder recorder = new HistoryRecorder();
    ListTransaction first = new ListTransaction(recorder, 0);
    ListTransaction second = new ListTransaction(recorder, 1);
    first.read("update", client.kv().get("update"));
    second.read("update", client.kv().get("update"));
    client.kv().put("update", first.append("update", 1));
    client.kv().put("update", second.append("update", 2));
    first.ended(null);
    second.ended(null);

    ListTransaction third = new ListTransaction(recorder, 0);
    ListTransaction fourth = new ListTransaction(recorder, 1);
    third.read("skew/a", client.kv().get("skew/a"));
    fourth.read("skew/b", client.kv().get("skew/b"));
    client.kv().put("skew/b", third.append("skew/b", 3));
    client.kv().put("skew/a", fourth.append("skew/a", 4));
    third.ended(null);
    fourth.ended(null);

    ListTransaction last = new ListTransaction(recorder, 0);
    for (String key : List.of("update", "skew/a", "skew/b")) {
      last.read(key, client.kv().get(key));
    }
    last.ended(null);
    Report report = ListAppendChecker.check(recorder.history());
    System.out.println("ListAppendIT: without guards: " + report);
    return report.findings().stream().map(Finding::anomaly).toList();
  }
}
