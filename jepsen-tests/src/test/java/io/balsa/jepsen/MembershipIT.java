package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.Cluster;
import io.balsa.client.cluster.MemberInfo;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.error.BalsaException;
import io.balsa.jepsen.cluster.NodeFiles;
import io.balsa.jepsen.workload.Load;
import io.balsa.jepsen.workload.LockPasses;
import io.balsa.jepsen.workload.Outcome;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that come, go, and are replaced, while clients read and write. */
@Timeout(600)
class MembershipIT {
  private static final Duration MOST = Duration.ofMinutes(2);
  private static final int WINDOW = 4;
  private static final int PASSERS = 4;

  @TempDir
  private Path directory;

  /**
   * 3 -> 5 -> 3: no call fails, though the leader is among those that go, and though the clients began with no other addresses than
   * those of the two that go. A lock is passed on and on meanwhile.
   */
  @Test
  void threeBecomeFiveAndThreeAgainUnderLoadWithoutAFailedCall() throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3)) {
      List<ServerProcess> leaving = cluster.nodes().subList(0, 2);
      String beganWith = leaving.get(0).address() + "," + leaving.get(1).address();
      try (Load load = Load.unfailing(beganWith, WINDOW);
          LockPasses passes = new LockPasses("baton", beganWith, PASSERS);
          BalsaClient operator = BalsaClient.builder().endpoints(beganWith).timeout(MOST).build()) {
        load.start();
        passes.start();
        load.awaitMore(500);
        for (int added = 0; added < 2; added++) {
          grow(cluster, operator.cluster());
          load.awaitMore(500);
          passes.awaitMore(PASSERS, MOST);
        }
        operator.cluster().transferLeadership(leaving.getFirst().id());
        for (ServerProcess node : leaving) {
          shrink(cluster, operator.cluster(), node);
          load.awaitMore(500);
          passes.awaitMore(PASSERS, MOST);
        }
        passes.finish(MOST);
        assertThat(load.check(cluster.endpoints())).isEmpty();
        try (BalsaClient reader = BalsaClient.connect(cluster.endpoints())) {
          assertThat(passes.check(reader.unaryKv())).isEmpty();
        }
        assertThat(load.count(Outcome.NOT_DONE) + passes.count(Outcome.NOT_DONE)).as("failed calls").isZero();
        assertThat(load.count(Outcome.UNKNOWN) + passes.count(Outcome.UNKNOWN)).as("calls of unknown outcome").isZero();
        statesAreEqual(cluster);
        assertThat(operator.cluster().members()).extracting(MemberInfo::id).containsExactly("n3", "n4", "n5");
        System.out.println("MembershipIT: 3 -> 5 -> 3; " + load + "; passes " + passes.count(Outcome.ACKNOWLEDGED));
      }
    }
  }

  private static void grow(RealCluster cluster, Cluster operator) {
    ServerProcess node = cluster.joiner();
    assertThat(operator.addLearner(node.id(), node.address())).extracting(MemberInfo::id).contains(node.id());
    node.start();
    Await.until(MOST, () -> isPromoted(operator, node.id()), cluster::describe);
  }

  private static boolean isPromoted(Cluster operator, String id) {
    try {
      operator.promote(id);
      return true;
    } catch (BalsaException e) {
      assertThat(e.reason()).as(e.getMessage()).isIn("NOT_CAUGHT_UP", "CHANGE_UNDER_WAY");
      return false;
    }
  }

  private static void shrink(RealCluster cluster, Cluster operator, ServerProcess node) {
    operator.remove(node.id());
    assertThat(node.awaitEnd(MOST)).as(node.logText()).isEqualTo(1);
    assertThat(node.logText()).contains("balsa: " + node.id() + ": stops: " + node.id(), "was removed from cluster");
    cluster.forget(node);
  }

  /** I3: the log is deleted, then damaged; a follower's, then a leader's. Nobody does anything, and nothing is lost. */
  @Test
  void aLogThatIsLostOrDamagedUnderLoadMakesTheNodeReplaceItself() throws InterruptedException {
    // So short that the new incarnation is fed by a snapshot.
    try (RealCluster cluster = RealCluster.start(directory, 3, "--replace-after-millis", "3000", "--log-keep-entries",
        "500", "--log-segment-bytes", "262144", "--log-flush-bytes", "262144");
        Load load = Load.mixed(cluster.endpoints(), WINDOW)) {
      load.start();
      replace(cluster, load, cluster.awaitFollower(), NodeFiles::deleteLog);
      replace(cluster, load, cluster.awaitLeader(), NodeFiles::damageLog);
      assertThat(load.check()).isEmpty();
      statesAreEqual(cluster);
      System.out.println("MembershipIT: two replacements; " + load);
    }
  }

  private static void replace(RealCluster cluster, Load load, ServerProcess node, Consumer<NodeFiles> harm)
      throws InterruptedException {
    load.awaitMore(2_000);
    long before = member(cluster, node.id()).incarnation();
    node.kill();
    node.awaitEnd(MOST);
    harm.accept(NodeFiles.of(node));
    load.awaitMore(200);
    node.start();
    Await.until(MOST, () -> {
      MemberInfo now = member(cluster, node.id());
      return now.incarnation() != before && now.voter();
    }, () -> node.id() + " was not replaced\n" + cluster.describe());
    cluster.awaitReady();
    assertThat(node.logText()).contains("goes on as incarnation").doesNotContain("\tat ");
    Path aside = node.data().resolve("set-aside-1");
    assertThat(aside.resolve("identity")).exists();
    assertThat(Files.isDirectory(aside.resolve("group-0"))).isTrue();
    load.pause();
    statesAreEqual(cluster);
    load.resume();
  }

  private static void statesAreEqual(RealCluster cluster) {
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct())
        .as("state hashes at one index").hasSize(1);
  }

  private static List<MemberInfo> members(RealCluster cluster) {
    try (BalsaClient client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(MOST).build()) {
      return client.cluster().members();
    }
  }

  private static MemberInfo member(RealCluster cluster, String id) {
    return members(cluster).stream().filter(member -> member.id().equals(id)).findFirst().orElseThrow();
  }

  /** The SDK's own verbs, with refusals that say why. */
  @Test
  void theSdkChangesMembersAndIsToldWhatIsRefused() {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(MOST).build()) {
      ServerProcess added = cluster.joiner();
      client.cluster().addLearner(added.id(), added.address());
      // Another client might ask a node that has not applied it yet; this one knows who leads.
      assertThat(client.cluster().members()).filteredOn(member -> member.id().equals(added.id()))
          .singleElement().matches(MemberInfo::isReserved);
      assertThat(refusal(() -> client.cluster().addLearner(added.id(), added.address()))).startsWith("ALREADY_MEMBER");
      assertThat(refusal(() -> client.cluster().promote(added.id()))).contains("NOT_CAUGHT_UP", "no node has come");
      assertThat(refusal(() -> client.cluster().remove("n9"))).contains("NO_SUCH_MEMBER", "n9");
      client.cluster().remove(added.id());
      // Of three, one is away: the second must stay, the first may go.
      ServerProcess away = cluster.awaitFollower();
      ServerProcess stays = cluster.nodes().stream().filter(
          node -> node != away && node != added && !node.equals(cluster.awaitLeader())).findFirst().orElseThrow();
      away.kill();
      away.awaitEnd(MOST);
      // For an election timeout the leader takes it for healthy, and would let the other one go.
      String leader = cluster.awaitLeader().address();
      Await.until(MOST, () -> client.cluster().members(leader).stream()
          .anyMatch(member -> member.id().equals(away.id()) && !member.progress().orElseThrow().heard()),
          cluster::describe);
      assertThat(refusal(() -> client.cluster().remove(stays.id()))).contains("QUORUM_AT_RISK", away.id());
      client.cluster().remove(away.id());
      assertThat(client.cluster().members(leader)).hasSize(2);
      client.kv().put("still", "here");
    }
  }

  private static String refusal(Runnable call) {
    try {
      call.run();
    } catch (BalsaException e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it was not refused");
  }
}
