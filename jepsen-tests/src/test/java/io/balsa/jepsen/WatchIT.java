package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.routing.ReadBalance;
import io.balsa.jepsen.workload.Load;
import io.balsa.jepsen.workload.WatchedKeys;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * R3 on real processes that are killed and stopped under load: every watch is told every change once and in order, whichever node it
 * is at, and however often that is lost (etcd15271; jetcd523, 1209 and 1227). The seed draws the victims; give it back with {@code
 * -Dbalsa.seed=...}.
 */
class WatchIT {
  private static final int ROUNDS = 12;
  private static final Duration MOST = Duration.ofMinutes(2);

  private final long seed = Long.getLong("balsa.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  @Timeout(600)
  void noWatchMissesAnythingHoweverOftenItsNodeIsLost(@TempDir Path directory) throws InterruptedException {
    System.out.println("WatchIT: seed " + seed);
    List<WatchedKeys> watches = new ArrayList<>();
    try (RealCluster cluster = RealCluster.start(directory, 3);
        Load load = Load.mixed(cluster.endpoints(), 4)) {
      String all = cluster.endpoints();
      for (ReadBalance balance : List.of(ReadBalance.LEADER, ReadBalance.ROUND_ROBIN, ReadBalance.NEAREST)) {
        watches.add(new WatchedKeys("", all, balance, 0));
        watches.add(new WatchedKeys("unique/put-1/", all, balance, 0));
      }
      watches.add(new WatchedKeys("unique/put-unary/", all, ReadBalance.RANDOM, 1));
      load.start();
      try {
        for (int i = 0; i < ROUNDS; i++) {
          round(cluster, load, watches);
        }
        for (WatchedKeys watch : watches) {
          lose(cluster, load, watch);
        }
        List<String> wrong = load.check();
        assertThat(wrong).isEmpty();
        check(cluster, watches);
        System.out.println("WatchIT: " + ROUNDS + " rounds; " + load + "; " + watches);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + watches + "\n" + cluster.describe(),
            e);
      }
    } finally {
      watches.forEach(WatchedKeys::close);
    }
  }

  private void round(RealCluster cluster, Load load, List<WatchedKeys> watches) {
    load.awaitMore(200 + random.nextInt(1000));
    ServerProcess victim = switch (random.nextInt(3)) {
      case 0 -> cluster.awaitLeader();
      case 1 -> nodeOf(cluster, watches.get(random.nextInt(watches.size())));
      default -> cluster.nodes().get(random.nextInt(3));
    };
    if (random.nextInt(3) == 0) {
      victim.pause();
      load.awaitMore(500);
      victim.resume();
    } else {
      kill(cluster, load, victim);
    }
    cluster.awaitReady();
  }

  private void kill(RealCluster cluster, Load load, ServerProcess victim) {
    victim.kill();
    victim.awaitEnd(Duration.ofSeconds(10));
    load.awaitMore(random.nextInt(500));
    victim.start();
    cluster.awaitReady();
  }

  /** However lucky it was until now. */
  private void lose(RealCluster cluster, Load load, WatchedKeys watch) {
    if (watch.resumedTimes() == 0) {
      kill(cluster, load, nodeOf(cluster, watch));
      Await.until(MOST, () -> watch.resumedTimes() > 0, () -> watch + " is not resumed");
    }
  }

  private static ServerProcess nodeOf(RealCluster cluster, WatchedKeys watch) {
    Await.until(MOST, () -> !watch.node().isEmpty(), () -> watch + " is not served");
    return cluster.nodes().stream().filter(node -> node.address().equals(watch.node())).findFirst().orElseThrow();
  }

  private static void check(RealCluster cluster, List<WatchedKeys> watches) {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      long last = client.kv().put("the-end", "").revision();
      for (WatchedKeys watch : watches) {
        Await.until(MOST, () -> watch.isComplete(last), () -> watch + " is not told everything up to " + last);
        assertThat(watch.check(client.unaryKv())).isEmpty();
        assertThat(watch.events()).as(watch.toString()).isPositive();
      }
    }
    Map<String, List<WatchedKeys>> same = watches.stream().collect(Collectors.groupingBy(WatchedKeys::prefix));
    assertThat(same.values())
        .allSatisfy(group -> assertThat(group.stream().map(WatchedKeys::sequence).distinct()).hasSize(1));
  }
}
