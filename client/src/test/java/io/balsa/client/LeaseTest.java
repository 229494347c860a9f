package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.RefusedException;
import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lease.Lease;
import io.balsa.client.lease.LeaseInfo;
import io.balsa.client.lease.LeaseOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseTest {
  private FakeCluster cluster;
  private BalsaClient client;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
    client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(30)).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  private void pass(long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    Await.until(millis + " ms passed", () -> System.nanoTime() >= until);
  }

  @Test
  void itIsKeptAliveAndItsKeysGoWithIt() {
    Lease lease = client.leases().grant(Duration.ofSeconds(4));
    client.kv().put("k", "v", PutOption.lease(lease));
    pass(5_000);
    assertThat(lease.isAlive()).isTrue();
    assertThat(client.kv().get("k").orElseThrow().lease()).isEqualTo(lease.id());
    assertThat(lease.revoke()).isEqualTo(1);
    assertThat(lease.isAlive()).isFalse();
    assertThat(client.kv().get("k")).isEmpty();
    assertThat(cluster.store().liveLeases()).isEmpty();
  }

  /** B2: it goes on at every new leader, through any number of them. */
  @Test
  void itIsKeptAliveThroughFailovers() throws Exception {
    List<String> lost = new CopyOnWriteArrayList<>();
    Lease lease = client.leases().grant(Duration.ofSeconds(6));
    lease.onLost(lost::add);
    for (int i = 0; i < 8; i++) {
      pass(1_000);
      cluster.lead(cluster.node(1 + (i + 1) % 3));
      if (i % 2 == 0) {
        cluster.nodes().forEach(node -> node.onStreams(stream -> stream.cut()));
      }
    }
    assertThat(lost).isEmpty();
    assertThat(lease.isAlive()).isTrue();
    lease.keepAlive();
  }

  /** B2 and K1: the loss is told by the client's own clock, and before the cluster ends the lease. */
  @Test
  void aLeaseThatCannotBeRenewedIsLostInTimeAndForGood() {
    List<String> lost = new CopyOnWriteArrayList<>();
    Lease lease = client.leases().grant(Duration.ofMillis(1_500));
    lease.onLost(lost::add);
    client.kv().put("k", "v", PutOption.lease(lease));
    cluster.clockRuns(false); // a busy machine is no failure: LockCorePropertyTest has the times
    cluster.node(1).silent(true);
    Await.until("told", () -> !lost.isEmpty());
    assertThat(cluster.store().lives(lease.id())).as("the cluster has not ended it yet").isTrue();
    assertThat(lost).singleElement().asString().contains("could not be renewed");
    assertThat(lease.isAlive()).isFalse();
    cluster.clockRuns(true);
    cluster.node(1).silent(false);
    Await.until("what is lost is revoked or expires", () -> cluster.store().liveLeases().isEmpty());
    assertThat(lease.isAlive()).isFalse();
    assertThatThrownBy(lease::keepAlive).isInstanceOf(RefusedException.class).hasMessageContaining("LEASE_LOST");
    List<String> late = new CopyOnWriteArrayList<>();
    lease.onLost(late::add);
    assertThat(late).hasSize(1);
  }

  @Test
  void anotherOnesRevokeIsALoss() {
    List<String> lost = new CopyOnWriteArrayList<>();
    Lease lease = client.leases().grant(Duration.ofSeconds(1));
    lease.onLost(lost::add);
    client.unaryKv().put("k", "v", PutOption.lease(lease.id()));
    cluster.store().expire(lease.id());
    Await.until("told", () -> !lost.isEmpty());
    assertThat(lost).singleElement().asString().contains("at the cluster");
    assertThatThrownBy(() -> client.leases().timeToLive(lease.id())).isInstanceOf(RefusedException.class)
        .hasMessageContaining("LEASE_NOT_FOUND");
    assertThatThrownBy(() -> client.kv().put("k", "v", PutOption.lease(lease))).isInstanceOf(RefusedException.class);
  }

  @Test
  void aManualLeaseIsItsOwnersBusiness() {
    Lease lease = client.leases().grant(Duration.ofSeconds(4), LeaseOption.MANUAL);
    for (int i = 0; i < 3; i++) {
      pass(1_500);
      lease.keepAlive();
    }
    assertThat(lease.isAlive()).isTrue();
    List<String> lost = new CopyOnWriteArrayList<>();
    lease.onLost(lost::add);
    Await.until("lost, for nobody renews it", () -> !lost.isEmpty());
    assertThat(lease.isAlive()).isFalse();
  }

  @Test
  void oneThatExistsIsAttachedToAndNotRevokedByClose() {
    Lease first = client.leases().grant(Duration.ofSeconds(4));
    assertThatThrownBy(() -> client.leases().attach(first.id())).isInstanceOf(RefusedException.class)
        .hasMessageContaining("LEASE_ATTACHED");
    first.detach();
    assertThat(first.isAlive()).isFalse();
    try (Lease again = client.leases().attach(first.id())) {
      assertThat(again.ttl()).isEqualTo(Duration.ofSeconds(4));
      pass(5_000);
      assertThat(again.isAlive()).isTrue();
    }
    assertThat(cluster.store().lives(first.id())).isTrue();
    assertThatThrownBy(() -> client.leases().attach(4711)).isInstanceOf(RefusedException.class)
        .hasMessageContaining("LEASE_NOT_FOUND");
  }

  @Test
  void theyAreListedAndDescribedPageByPage() {
    List<Long> granted = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      granted.add(client.leases().grant(Duration.ofSeconds(60)).id());
    }
    for (int i = 0; i < 7; i++) {
      client.kv().put("k" + i, "v", PutOption.lease(granted.get(0)));
    }
    List<LeaseInfo> listed = client.leases().list();
    assertThat(listed.stream().filter(lease -> !lease.session()).map(LeaseInfo::id)).isEqualTo(granted);
    assertThat(listed.stream().filter(LeaseInfo::session)).hasSize(1);
    LeaseInfo info = client.leases().timeToLive(granted.get(0));
    assertThat(info.ttl()).isEqualTo(Duration.ofSeconds(60));
    assertThat(info.remaining()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    assertThat(info.keyCount()).isEqualTo(7);
    assertThat(client.leases().keys(granted.get(0)).stream().map(key -> new String(key, StandardCharsets.UTF_8)))
        .containsExactly("k0", "k1", "k2", "k3", "k4", "k5", "k6");
    assertThat(client.leases().revoke(granted.get(0))).isEqualTo(7);
  }

  @Test
  void closeRevokesAndAClosedClientSaysSo() {
    List<String> lost = new CopyOnWriteArrayList<>();
    Lease closed = client.leases().grant(Duration.ofSeconds(60));
    closed.close();
    Await.until("revoked", () -> cluster.store().liveLeases().isEmpty());
    Lease open = client.leases().grant(Duration.ofSeconds(60));
    open.onLost(lost::add);
    client.close();
    Await.until("told", () -> !lost.isEmpty());
    assertThat(open.isAlive()).isFalse();
    assertThat(lost).singleElement().asString().contains("client was closed");
    assertThatThrownBy(() -> client.leases().grant(Duration.ofSeconds(60))).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.leases().attach(open.id())).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.leases().list()).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.lock("l").acquire()).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.lock("l").tryAcquire()).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.locks().list("")).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.transaction()).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.kv().txn().commit()).isInstanceOf(ClientClosedException.class);
  }
}
