package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.fake.FakeNode;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.routing.ReadBalance;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client hears of members that come and go, and outlives all those that it began with. */
@Timeout(60)
class MemberDiscoveryTest {
  private final FakeCluster cluster = new FakeCluster(4);
  private final FakeNode first = cluster.node(1);
  private final FakeNode second = cluster.node(2);
  private final FakeNode third = cluster.node(3);
  private final FakeNode fourth = cluster.node(4);
  private final BalsaClient client = BalsaClient.builder().endpoints(first.address() + "," + second.address())
      .timeout(Duration.ofSeconds(20)).build();

  MemberDiscoveryTest() {
    cluster.members(first, second);
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  private List<String> endpoints() {
    return client.cluster().statuses().stream().map(status -> status.endpoint()).toList();
  }

  /** Those that go leave no hint: they are dead before the client asks. */
  private void grow() {
    cluster.members(first, second, third, fourth);
  }

  private void theFirstAreGone() throws InterruptedException {
    cluster.members(third, fourth);
    cluster.lead(fourth);
    first.kill();
    second.kill();
  }

  @Test
  void aSessionThatOnlyListensHearsByTheBeats() throws InterruptedException {
    client.kv().put("k", "v");
    grow();
    Await.until("it knows all four", () -> endpoints().size() == 4);
    theFirstAreGone();
    client.kv().put("k", "w");
    assertThat(client.kv().get("k").map(KeyValue::utf8)).contains("w");
  }

  @Test
  void aClientWithoutASessionHearsByTheAnswers() throws InterruptedException {
    client.unaryKv().put("k", "v");
    grow();
    client.unaryKv().get("k");
    Await.until("it knows all four", () -> endpoints().size() == 4);
    theFirstAreGone();
    assertThat(client.unaryKv().get("k").map(KeyValue::utf8)).contains("v");
    client.unaryKv().put("k", "w");
  }

  /** Reads at any node go where the client was sent, as long as that is a member; then wherever a member is. */
  @Test
  void readsAtTheGivenNodeOutliveIt() throws InterruptedException {
    try (BalsaClient near = BalsaClient.builder().endpoints(first.address()).readBalance(ReadBalance.RANDOM).build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(near.unaryKv().get("k")).isEmpty();
      }
      assertThat(second.reads()).isZero();
      grow();
      near.unaryKv().get("k");
      Await.until("it knows all four", () -> near.cluster().statuses().size() == 4);
      theFirstAreGone();
      for (int i = 0; i < 20; i++) {
        assertThat(near.unaryKv().get("k")).isEmpty();
      }
    }
  }

  /** What it was configured with stays: it may be a name for whoever is there. */
  @Test
  void membersThatWentAreForgottenAndWhatWasConfiguredIsNot() {
    client.kv().put("k", "v");
    cluster.members(first, second, third, fourth);
    Await.until("it knows all four", () -> endpoints().size() == 4);
    cluster.members(first, third);
    Await.until("the fourth is forgotten", () -> !endpoints().contains(fourth.address()));
    assertThat(endpoints()).containsExactly(first.address(), third.address(), second.address());
  }
}
