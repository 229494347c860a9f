package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.error.RefusedException;
import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.fake.FakeNode;
import io.balsa.client.recipe.Leader;
import io.balsa.client.recipe.LeaderElection;
import io.balsa.client.recipe.Observation;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamRequest;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who observes an election, where more is lost than a connection. */
@Timeout(60)
class ObservationTest {
  /** A call that is refused asks about every 50 ms, for a second. */
  private static final int READS_OF_TWO_CALLS = 36;

  private final List<Optional<Leader>> told = new CopyOnWriteArrayList<>();
  private FakeCluster cluster;
  private BalsaClient client;
  private LeaderElection election;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(1);
    client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(10)).build();
    election = client.election("e");
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  private void proclaimed(String text) {
    cluster.store().execute(StreamRequest.newBuilder().setPut(PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(election.key())).setValue(ByteString.copyFromUtf8(text))).build());
  }

  private static Optional<Leader> leader(long token, String value) {
    return Optional.of(new Leader(token, value));
  }

  @Test
  void whatWasCompactedBeforeItWasToldIsSkippedAndItGoesOn() throws InterruptedException {
    FakeNode node = cluster.node(1);
    client.kv().get("k"); // what a first call takes is not to count for the impatient one
    try (
        BalsaClient impatient = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(1))
            .build();
        Observation observation = impatient.election("e").observe(told::add)) {
      proclaimed("1 a");
      Await.until("the first", () -> told.equals(List.of(Optional.empty(), leader(1, "a"))));
      node.kill();
      proclaimed("2 b");
      proclaimed("3 c");
      cluster.store().compact(cluster.store().revision());
      node.refuseReads(Errors.error(ErrorCode.UNAVAILABLE, "BEHIND", "not yet"));
      int before = node.reads();
      node.restart();
      // Over the time of a call, and of another: it does not give up before the cluster is back.
      Await.until("it asks again and again", () -> node.reads() > before + READS_OF_TWO_CALLS);
      node.refuseReads(null);
      Await.until("who leads by now", () -> told.contains(leader(3, "c")));
      proclaimed("4 d");
      Await.until("the next", () -> told.contains(leader(4, "d")));
      assertThat(told).containsExactly(Optional.empty(), leader(1, "a"), leader(3, "c"), leader(4, "d"));
      assertThat(observation.isOpen()).isTrue();
    }
  }

  @Test
  void nothingIsToldBehindItsEnd() {
    Observation observation = election.observe(told::add);
    Await.until("that nobody leads", () -> told.size() == 1);
    observation.close();
    observation.close();
    proclaimed("1 a");
    try (Observation other = election.observe(told::add)) {
      Await.until("the other is told", () -> told.contains(leader(1, "a")));
      assertThat(other.isOpen()).isTrue();
    }
    assertThat(told).hasSize(2);
    assertThat(observation.isOpen()).isFalse();
    assertThat(observation.ended()).isCompletedWithValue(null);
  }

  @Test
  void aListenerMayBlockAndUseTheClient() throws InterruptedException {
    CountDownLatch read = new CountDownLatch(1);
    try (Observation observation = election.observe(leader -> {
      client.kv().get("k");
      read.countDown();
    })) {
      read.await();
      assertThat(observation.isOpen()).isTrue();
    }
  }

  @Test
  void whatNoLeaderHasWrittenIsRefused() {
    proclaimed("nonsense");
    assertThatThrownBy(() -> election.observe(told::add)).isInstanceOfSatisfying(RefusedException.class,
        why -> assertThat(why.reason()).isEqualTo("NOT_AN_ELECTION"));
    assertThat(told).isEmpty();
  }

  @Test
  void itEndsWithItsClient() {
    CompletableFuture<Observation> begun = election.observeAsync(told::add);
    Observation observation = begun.join();
    client.close();
    assertThatThrownBy(() -> observation.ended().join()).hasCauseInstanceOf(ClientClosedException.class);
    assertThat(observation.isOpen()).isFalse();
  }
}
