package io.balsa.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import io.balsa.jepsen.site.Link;
import io.balsa.jepsen.site.Trouble;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of the network that need no leader, on nodes of which no process runs. */
class NetworkFaultsTest {
  @TempDir
  private Path directory;

  private final RecordingNetwork network = RecordingNetwork.ofAll();
  private RealCluster cluster;

  private OwnTarget target(int nodes, RecordingNetwork of) {
    NamesOnlySite site = NamesOnlySite.of(of);
    cluster = RealCluster.at(site, directory, nodes);
    return new OwnTarget(cluster, site);
  }

  @AfterEach
  void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Nemesis nemesis(String name) {
    return Nemeses.named(name).getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"partition-halves", "partition-ring", "partition-bridge"})
  void aPartitionCutsAndHeals(String name) throws InterruptedException {
    Installation installation = nemesis(name).install(target(5, network), new Random(7));
    assertThat(network.troubles()).isNotEmpty();
    assertThat(network.troubles().values()).allMatch(Trouble.Cut.class::isInstance);
    assertThat(installation).isInstanceOfSatisfying(Installed.class, installed -> {
      assertThat(installed.what()).contains("n1", "n5");
    });
    ((Installed) installation).undo().run();
    assertThat(network.troubles()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"partition-halves", "partition-ring", "partition-bridge", "slow-delay", "slow-loss", "slow-rate",
          "slow-stall", "slow-half-close", "slow-reset", "slow-clients"})
  void theSameSeedMakesTheSameTrouble(String name) throws InterruptedException {
    Target target = target(5, network);
    assertThat(nemesis(name).install(target, new Random(7))).isInstanceOf(Installed.class);
    Map<Link, Trouble> first = network.troubles();
    network.heal();
    assertThat(nemesis(name).install(target, new Random(7))).isInstanceOf(Installed.class);
    assertThat(network.troubles()).isEqualTo(first).isNotEmpty();
  }

  @Test
  void aPartitionOfWhichOneCutFailsIsIndeterminateAndIsHealedAllTheSame() throws InterruptedException {
    network.failAfter(2);
    Installation installation = nemesis("partition-halves").install(target(5, network), new Random(7));
    assertThat(installation).isInstanceOf(Indeterminate.class);
    assertThat(installation.what()).contains("cannot make Cut");
    assertThat(network.troubles()).hasSize(2);
    ((Indeterminate) installation).undo().run();
    assertThat(network.troubles()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"partition-halves", "slow-loss", "partition-flapping", "partition-leader"})
  void whatTheNetworkCannotDoIsSkippedWithTheReason(String name) throws InterruptedException {
    RecordingNetwork few = new RecordingNetwork(Set.of(Trouble.Delay.class));
    Installation installation = nemesis(name).install(target(5, few), new Random(7));
    assertThat(installation).isInstanceOf(Skipped.class);
    assertThat(installation.what()).contains("names only", name.startsWith("slow") ? "Loss" : "Cut");
    assertThat(few.troubles()).isEmpty();
    assertThat(few.heals()).isZero();
  }

  @Test
  void aBridgeOfTwoNodesIsSkipped() throws InterruptedException {
    Installation installation = nemesis("partition-bridge").install(target(2, network), new Random(7));
    assertThat(installation).isInstanceOf(Skipped.class);
    assertThat(installation.what()).contains("needs 3 nodes");
  }

  @Test
  void whatFlapsComesAndGoesAndHasEndedWhenItIsUndone() throws InterruptedException {
    Installation installation = nemesis("partition-flapping").install(target(5, network), new Random(7));
    assertThat(network.troubles()).as("cut at first").isNotEmpty();
    Await.until(Duration.ofSeconds(30), () -> network.heals() >= 1 && network.troubles().isEmpty(),
        () -> "never healed");
    Await.until(Duration.ofSeconds(30), () -> !network.troubles().isEmpty(), () -> "never cut again");
    ((Installed) installation).undo().run();
    assertThat(network.troubles()).isEmpty();
    assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("flapping partition");
  }

  @Test
  void whatFailsWhileItFlapsIsToldWhenItIsUndoneAndHealedAllTheSame() throws InterruptedException {
    Installation installation = nemesis("partition-flapping").install(target(5, network), new Random(7));
    network.failAfter(1);
    Await.until(Duration.ofSeconds(30), () -> network.heals() >= 1 && !network.troubles().isEmpty(),
        () -> "never cut again");
    assertThatThrownBy(() -> ((Installed) installation).undo().run()).isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("flapping partition").hasMessageContaining("cannot make");
    assertThat(network.troubles()).isEmpty();
  }

  @Test
  void oneNodeIsReachedByClientsAndOthersOverTheLinksThatAreReset() throws InterruptedException {
    assertThat(nemesis("slow-reset").install(target(3, network), new Random(7))).isInstanceOf(Installed.class);
    assertThat(network.troubles()).hasSize(6);
    assertThat(network.troubles().keySet().stream().filter(link -> link.from().equals(Link.CLIENTS))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kill-all", "kill-majority", "pause-all", "member-add", "corrupt-log", "wipe-node", "power-all",
          "disk-full-leader", "clock-all"})
  void withoutARunningNodeNothingIsDone(String name) throws InterruptedException {
    Target target = target(3, new RecordingNetwork(Set.of()));
    Installation installation = nemesis(name).install(target, new Random(7));
    assertThat(installation).as(installation.what()).isInstanceOf(Skipped.class);
    assertThat(installation.what()).isNotBlank();
    assertThat(cluster.nodes()).noneMatch(node -> node.isAlive());
  }
}
