package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.StateHash;
import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import io.balsa.jepsen.site.FaketimeSite;
import io.balsa.jepsen.site.TortureSite;
import io.balsa.jepsen.workload.Load;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every nemesis of the catalogue once, one after the other, on one cluster of three real processes that writes all the while: it is
 * installed or, for a reason that it gives beforehand, skipped; when it is undone the cluster is what it was. At the end nothing that was
 * acknowledged is missing. Subclasses say where. {@code -Dbalsa.seed=...} draws victims and extents, {@code -Dbalsa.nemesis=a,b} names
 * those to do,
 * {@code all} for all; in the build these are few.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class EveryNemesis {
  private static final int NODES = 3;
  private static final int WINDOW = 4;
  /** So short that segments are full, tables written, and snapshots needed within a test. */
  private static final String[] SHORT = {"--log-segment-bytes", "1048576", "--log-flush-bytes", "1048576",
      "--log-keep-entries", "2000", "--replace-after-millis", "3000"};

  private final long seed = Long.getLong("balsa.seed", System.nanoTime());

  private TortureSite site;
  private RealCluster cluster;
  private Load load;

  /** Where the nodes are to be; it is closed with the cluster. */
  abstract TortureSite site() throws IOException;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    System.out.println(getClass().getSimpleName() + ": seed " + seed);
    site = FaketimeSite.around(site(), directory.resolve("clocks"));
    cluster = RealCluster.at(site, directory, NODES, SHORT);
    cluster.startAll();
    load = Load.mixed(cluster.endpoints(), WINDOW);
    load.start();
    load.awaitMore(1_000);
  }

  @AfterAll
  void close() {
    try (TortureSite closing = site; RealCluster ending = cluster; Load stopping = load) {
      System.out.println(getClass().getSimpleName() + ": " + stopping);
    }
  }

  /** The names of those to do, separated by commas, where nobody names others. */
  abstract String few();

  Stream<String> names() {
    String some = System.getProperty("balsa.nemesis", few());
    return (some.equals("all") ? Nemeses.all() : Nemeses.parse(some)).stream().map(Nemesis::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  @Order(1)
  @Timeout(900)
  void itIsThereAndThenTheClusterIsWhatItWas(String name) throws InterruptedException {
    Nemesis nemesis = Nemeses.named(name).getFirst();
    Target target = new OwnTarget(cluster, site);
    List<ServerProcess> before = cluster.nodes();
    Traces were = Traces.of(cluster);
    Installation installation = nemesis.install(target, new Random(seed + name.hashCode()));
    System.out.println(name + ": " + installation.getClass().getSimpleName() + ": " + installation.what());
    switch (installation) {
      case Skipped skipped -> skip(nemesis, target, skipped);
      case Indeterminate indeterminate -> {
        indeterminate.undo().run();
        throw new AssertionError(indeterminate.what());
      }
      case Installed installed -> {
        LockSupport.parkNanos(nemesis.holdAtLeast().toNanos());
        installed.undo().run();
      }
    }
    theClusterIsWhatItWas(before);
    were.assertHit(nemesis, Traces.of(cluster));
    load.awaitMore(100);
  }

  private static void skip(Nemesis nemesis, Target target, Skipped skipped) {
    assertThat(nemesis.hindrance(target)).as("it is known beforehand").hasValue(skipped.what());
    abort(skipped.what());
  }

  private void theClusterIsWhatItWas(List<ServerProcess> before) {
    assertThat(cluster.nodes()).containsExactlyInAnyOrderElementsOf(before).allMatch(ServerProcess::isAlive)
        .noneMatch(ServerProcess::isPaused);
    cluster.restore();
    try (BalsaClient client = cluster.client().timeout(Duration.ofSeconds(30)).build()) {
      assertThat(client.cluster().members()).allMatch(MemberInfo::voter).extracting(MemberInfo::id)
          .containsExactlyInAnyOrderElementsOf(before.stream().map(ServerProcess::id).toList());
    }
  }

  @Test
  @Order(2)
  @Timeout(900)
  void whatWasAcknowledgedIsThereAndAllNodesHaveTheSame() throws InterruptedException {
    assertThat(load.check()).isEmpty();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
  }
}
