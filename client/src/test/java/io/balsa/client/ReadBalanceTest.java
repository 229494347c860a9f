package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.error.UnavailableException;
import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.fake.FakeNode;
import io.balsa.client.kv.Consistency;
import io.balsa.client.kv.GetOption;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.Kv;
import io.balsa.client.routing.ReadBalance;
import io.balsa.proto.v1.Error;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jspecify.annotations.Nullable;

/** Where reads go, over real connections. */
@Timeout(60)
class ReadBalanceTest {
  /** NEAREST looks how the others are once in 50 reads, at each of two in turn. */
  private static final int LOOKS_AT_ALL = 110;

  private static final Error BEHIND = Errors.error(ErrorCode.UNAVAILABLE, Errors.NOT_LEADER, "behind");
  private static final Error TOO_STALE = Errors.error(ErrorCode.UNAVAILABLE, Errors.TOO_STALE, "nothing so new");

  private FakeCluster cluster;
  private @Nullable BalsaClient client;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (client != null) {
      client.close();
    }
    cluster.close();
  }

  private Kv reads(ReadBalance balance, String endpoints) {
    BalsaClient made = BalsaClient.builder().endpoints(endpoints).readBalance(balance).timeout(Duration.ofSeconds(30))
        .build();
    client = made;
    return made.unaryKv();
  }

  private int reads(int node) {
    return cluster.node(node).reads();
  }

  /** Whoever answers says who leads, so the next read goes there, and finds its way after a change of leaders. */
  @Test
  void toTheLeaderFromTheSecondReadOn() {
    cluster.lead(cluster.node(2));
    Kv kv = reads(ReadBalance.LEADER, cluster.endpoints());
    for (int i = 0; i < 20; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(1) + reads(3)).isLessThanOrEqualTo(1);
    int before = reads(2);
    cluster.lead(cluster.node(3));
    for (int i = 0; i < 20; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(2)).as("it serves the read, and says who leads").isEqualTo(before + 1);
  }

  /** The leader is said to be where this client cannot reach it: that costs a read now and then, and none fails. */
  @Test
  void aLeaderOutOfReachIsNotTriedEachTime() throws Exception {
    FakeNode leader = cluster.node(3);
    cluster.lead(leader);
    leader.kill();
    Kv kv = reads(ReadBalance.LEADER, cluster.node(1).address());
    long since = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
    assertThat(reads(1) + reads(2)).as("it has heard of the other one").isEqualTo(100);
  }

  @Test
  void toTheLeaderThatAWriteHasFound() {
    cluster.lead(cluster.node(3));
    Kv kv = reads(ReadBalance.LEADER, cluster.endpoints());
    kv.put("k", "v");
    for (int i = 0; i < 10; i++) {
      assertThat(kv.get("k").orElseThrow().utf8()).isEqualTo("v");
      assertThat(kv.range(KeyRange.all())).hasSize(1);
    }
    assertThat(reads(1) + reads(2)).isZero();
  }

  /** A read that any node serves makes nobody the leader: writes would lose their way. */
  @Test
  void aReadElsewhereDoesNotMisleadWrites() {
    cluster.lead(cluster.node(2));
    Kv kv = reads(ReadBalance.RANDOM, cluster.endpoints());
    kv.put("k", "v");
    for (int i = 0; i < 30; i++) {
      kv.get("k");
    }
    kv.put("k", "v2");
    assertThat(kv.get("k").orElseThrow().utf8()).isEqualTo("v2");
  }

  @Test
  void toARandomNode() {
    Kv kv = reads(ReadBalance.RANDOM, cluster.endpoints());
    for (int i = 0; i < 200; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    for (int node = 1; node <= 3; node++) {
      assertThat(reads(node)).as("node %d of 200 reads", node).isBetween(30, 110);
    }
  }

  @Test
  void toOneNodeAfterTheOther() {
    Kv kv = reads(ReadBalance.ROUND_ROBIN, cluster.endpoints());
    for (int i = 0; i < 30; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(cluster.nodes().stream().map(FakeNode::reads)).containsExactly(10, 10, 10);
  }

  /** It leaves the turn when it dies, and is in it again some time after it came back; no read fails. */
  @Test
  void aNodeThatDiesLeavesTheTurnAndReturns() throws Exception {
    Kv kv = reads(ReadBalance.ROUND_ROBIN, cluster.endpoints());
    kv.get("k");
    cluster.node(2).kill();
    for (int i = 0; i < 60; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(1)).isBetween(25, 36);
    int before = reads(2);
    cluster.node(2).restart();
    Await.until("it is read from again", () -> {
      assertThat(kv.get("k")).isEmpty();
      return reads(2) >= before + 5;
    });
  }

  @Test
  void inProportionToTheWeights() {
    Kv kv = reads(ReadBalance.weighted(Map.of(cluster.node(1).address(), 3, cluster.node(3).address(), 0)),
        cluster.endpoints());
    for (int i = 0; i < 400; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(1)).as("3 of 4").isBetween(250, 350);
    assertThat(reads(2)).as("not named: 1 of 4").isBetween(50, 150);
    assertThat(reads(3)).as("weighs nothing").isZero();
  }

  @Test
  void aNodeThatWeighsNothingIsReadFromWhereNoOtherServes() throws Exception {
    cluster.node(1).kill();
    cluster.node(2).refuseReads(BEHIND);
    Kv kv = reads(ReadBalance.weighted(Map.of(cluster.node(3).address(), 0)), cluster.endpoints());
    for (int i = 0; i < 20; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(3)).isEqualTo(20);
  }

  /** And when another has become the nearest, there. */
  @Test
  void toTheNodeThatAnswersFastest() {
    cluster.node(1).slowsReads(20);
    cluster.node(3).slowsReads(20);
    Kv kv = reads(ReadBalance.NEAREST, cluster.endpoints());
    for (int i = 0; i < LOOKS_AT_ALL; i++) {
      assertThat(kv.get("k")).isEmpty(); // the first of each is slow, for everything is cold
    }
    int before = reads(2);
    for (int i = 0; i < 200; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(2) - before).isGreaterThan(150);
    cluster.node(2).slowsReads(60);
    cluster.node(3).slowsReads(0);
    before = reads(3);
    for (int i = 0; i < 400; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(3) - before).isGreaterThan(200);
  }

  /** What refuses is fast, and not near. */
  @Test
  void aNodeThatRefusesIsNotTheNearest() {
    cluster.node(1).slowsReads(3);
    cluster.node(2).refuseReads(BEHIND);
    cluster.node(3).slowsReads(3);
    Kv kv = reads(ReadBalance.NEAREST, cluster.endpoints());
    for (int i = 0; i < 100; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(2)).isLessThan(10);
  }

  @Test
  void rangesGoWhereGetsGo() {
    Kv kv = reads(ReadBalance.RANDOM, cluster.node(3).address());
    kv.range(KeyRange.all());
    assertThat(reads(3)).isEqualTo(1);
  }

  /** The one node that a client was given is the one that is read from, also when it would rather send the client away. */
  @Test
  void aClientThatWasGivenOneNodeReadsThere() {
    cluster.lead(cluster.node(1));
    cluster.node(2).refuseReads(BEHIND);
    Kv kv = reads(ReadBalance.RANDOM, cluster.node(2).address());
    assertThatThrownBy(() -> kv.withTimeout(Duration.ofMillis(500)).get("k"))
        .isInstanceOf(DeadlineExceededException.class).hasMessageContaining("behind");
    cluster.node(2).refuseReads(null);
    assertThat(kv.get("k")).isEmpty();
    assertThat(reads(1) + reads(3)).isZero();
  }

  @Test
  void whoCannotServeIsPassedOver() throws Exception {
    cluster.node(2).refuseReads(BEHIND);
    cluster.node(3).kill();
    Kv kv = reads(ReadBalance.RANDOM, cluster.endpoints());
    for (int i = 0; i < 50; i++) {
      assertThat(kv.get("k")).isEmpty();
    }
    assertThat(reads(1)).isEqualTo(50);
  }

  /** A node that hangs costs one read its patience, not each. */
  @Test
  void aNodeThatHangsIsLeftAloneForAWhile() {
    cluster.node(2).silent(true);
    Kv kv = reads(ReadBalance.RANDOM, cluster.endpoints());
    long since = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      assertThat(kv.withTimeout(Duration.ofSeconds(4)).get("k")).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(20));
    assertThat(reads(1) + reads(3)).isEqualTo(100);
  }

  @Test
  void whatIsTooStaleEverywhereIsSaidToBe() {
    cluster.nodes().forEach(node -> node.refuseReads(TOO_STALE));
    Kv kv = reads(ReadBalance.RANDOM, cluster.endpoints()).withTimeout(Duration.ofMillis(500));
    GetOption stale = GetOption.stale(Duration.ofMillis(1));
    assertThatThrownBy(() -> kv.get("k", stale)).isInstanceOfSatisfying(UnavailableException.class, e -> {
      assertThat(e.reason()).isEqualTo("TOO_STALE");
      assertThat(e).hasMessageContaining("nothing so new");
    });
    assertThat(cluster.nodes().stream().mapToInt(FakeNode::reads)).as("all were asked").doesNotContain(0);
  }

  /** A revision that this cluster does not have is not looked for until the deadline. */
  @Test
  void aRevisionThatDoesNotExistIsRefusedAtOnce() {
    Error nowhere = TOO_STALE.toBuilder().addDetails(Error.Detail.newBuilder().setKey("current_revision").setValue("7"))
        .build();
    cluster.nodes().forEach(node -> node.refuseReads(nowhere));
    Kv kv = reads(ReadBalance.RANDOM, cluster.endpoints());
    GetOption future = GetOption.consistency(Consistency.stale(Duration.ofHours(1)).minRevision(1_000));
    assertThatThrownBy(() -> kv.get("k", future)).isInstanceOfSatisfying(UnavailableException.class,
        e -> assertThat(e.reason()).isEqualTo("TOO_STALE"));
    assertThat(cluster.nodes().stream().mapToInt(FakeNode::reads).sum()).isEqualTo(1);
  }
}
