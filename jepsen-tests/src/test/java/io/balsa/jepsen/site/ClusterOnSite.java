package io.balsa.jepsen.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyValue;
import io.balsa.jepsen.site.Trouble.Cut;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;

/** A real cluster of three on a site, and a client that reaches it as those of a workload do. */
final class ClusterOnSite implements AutoCloseable {
  private static final int NODES = 3;
  private static final Duration MOST = Duration.ofMinutes(1);

  private final TortureSite site;
  private final RealCluster cluster;
  private final BalsaClient client;

  ClusterOnSite(TortureSite site, Path directory) {
    this.site = site;
    this.cluster = RealCluster.at(site, directory, NODES);
    try {
      cluster.startAll();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    this.client = client(cluster.endpoints());
  }

  private BalsaClient client(String endpoints) {
    return BalsaClient.builder().endpoints(endpoints).addressResolver(site.clients()).build();
  }

  private void put(String key, String value) {
    client.kv().withTimeout(MOST).put(key, value);
  }

  private void requireValue(String key, String value) {
    assertThat(client.kv().withTimeout(MOST).get(key).map(KeyValue::utf8)).contains(value);
  }

  /** The leader is cut from nodes and clients: another leads, and the client goes on. Healed, all three are one again. */
  void othersGoOnWithoutALeaderThatIsCutOff() {
    put("before", "it was cut");
    ServerProcess leader = cluster.awaitLeader();
    cluster.nodes().stream().map(ServerProcess::id).filter(id -> !id.equals(leader.id()))
        .forEach(id -> cutBothWays(leader.id(), id));
    cutBothWays(leader.id(), Link.CLIENTS);

    Await.until(MOST, () -> cluster.leader().filter(now -> !now.equals(leader)).isPresent(),
        () -> "no other leads\n" + cluster.describe());
    put("during", "the cut");
    requireValue("before", "it was cut");
    assertThat(cluster.status(leader)).as("the run still looks at it").isPresent();
    try (BalsaClient cutOff = client(leader.address())) {
      assertThatThrownBy(() -> cutOff.kv().withTimeout(Duration.ofSeconds(3)).get("before"))
          .isInstanceOf(BalsaException.class);
    }

    site.network().heal();
    cluster.awaitReady();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
    try (BalsaClient again = client(leader.address())) {
      assertThat(again.kv().withTimeout(MOST).get("during").map(KeyValue::utf8)).contains("the cut");
    }
  }

  private void cutBothWays(String one, String other) {
    Link link = new Link(one, other);
    site.network().make(link, new Cut());
    site.network().make(link.back(), new Cut());
  }

  /** What was acknowledged is there when power has failed everywhere, several times. */
  void nothingAcknowledgedIsLostWithThePowerOfAll() {
    Disks disks = site.disks().orElseThrow();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 20; i++) {
        put("power/" + round + "/" + i, "v" + i);
      }
      disks.losePower(cluster.nodes());
      cluster.restore();
      for (int i = 0; i < 20; i++) {
        requireValue("power/" + round + "/" + i, "v" + i);
      }
    }
  }

  /** A follower whose disk stands still holds up nobody, and comes after when it goes on. */
  void othersGoOnWhileADiskStandsStill() {
    Disks disks = site.disks().orElseThrow();
    ServerProcess follower = cluster.awaitFollower();
    disks.freeze(follower);
    try {
      put("while", "frozen");
      requireValue("while", "frozen");
    } finally {
      disks.thaw(follower);
    }
    cluster.awaitReady();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
  }

  /** One more node comes in, on the links of its own. */
  void oneMoreNodeJoins() {
    ServerProcess joiner = cluster.joiner();
    client.cluster().withTimeout(MOST).addLearner(joiner.id(), joiner.address());
    joiner.start();
    cluster.awaitReady();
    put("joined", joiner.id());
    assertThat(cluster.hashesAtOneIndex()).hasSize(NODES + 1);
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }
}
