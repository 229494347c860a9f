package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.error.OutcomeUnknownException;
import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.fake.FakeNode;
import io.balsa.client.fake.FakeSessionService.OpenStream;
import io.balsa.client.session.ConnectionListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The SDK over real connections while nodes die, go silent and change their roles. */
@Timeout(60)
class FailoverTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final List<String> told = new CopyOnWriteArrayList<>();
  private BalsaClient client = client(cluster.endpoints()).build();

  private BalsaClientBuilder client(String endpoints) {
    return BalsaClient.builder().endpoints(endpoints).timeout(Duration.ofSeconds(20))
        .connectionListener(new ConnectionListener() {
          @Override
          public void connected(String endpoint) {
            told.add("connected " + endpoint);
          }

          @Override
          public void disconnected(String endpoint, String reason) {
            told.add("disconnected " + endpoint);
          }

          @Override
          public void sessionExpired(long sessionId, String reason) {
            told.add("expired " + sessionId + " " + reason);
          }
        });
  }

  private void use(BalsaClient other) {
    client.close();
    client = other;
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  /** jetcd #1444, etcd #18424: no hidden retry applies anything twice. */
  @Test
  void a21CountsExactlyThroughKilledLeadersAndCutStreams() throws Exception {
    List<CompletableFuture<Long>> sums = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 1_000; i++) {
        sums.add(client.counter("n").incrementAsync());
      }
      FakeNode leader = cluster.node(round % 3 + 1);
      FakeNode next = cluster.node((round + 1) % 3 + 1);
      sums.get(sums.size() - 900).get(20, TimeUnit.SECONDS); // in the middle of it
      if (round % 2 == 0) {
        leader.kill();
        cluster.lead(next);
        leader.restart();
      } else {
        leader.onStreams(OpenStream::cut);
        cluster.lead(next);
      }
    }
    for (int i = 0; i < sums.size(); i++) {
      assertThat(sums.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i + 1L);
    }
    assertThat(cluster.store().applied()).hasSize(6_000);
    assertThat(client.counter("n").get()).isEqualTo(6_000);
  }

  @Test
  void b4AfterTheLeaderIsKilledCallsSucceedSoonAfterTheNextOneLeads() throws Exception {
    client.kv().put("k", "v");
    cluster.node(1).kill();
    cluster.lead(null);
    CompletableFuture<?> put = client.kv().putAsync("k", "v2");
    Await.until("the client looks around", () -> cluster.node(2).streamsOpened() >= 3);
    cluster.lead(cluster.node(3));
    long since = System.nanoTime();
    put.get(20, TimeUnit.SECONDS);
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(2));
    assertThat(told).contains("disconnected " + cluster.node(1).address(), "connected " + cluster.node(3).address());
  }

  @Test
  void aClientThatKnowsOnlyOneFollowerFollowsItsHint() {
    cluster.lead(cluster.node(2));
    use(client(cluster.node(3).address()).build());
    client.kv().put("k", "v");
    assertThat(cluster.node(3).streamsOpened()).isZero();
    assertThat(cluster.node(2).streamsOpened()).isEqualTo(1);
  }

  @Test
  void theAddressResolverIsAppliedToHints() {
    cluster.nodes().forEach(node -> node.advertise(node.id() + ".inside:1"));
    cluster.lead(cluster.node(2));
    use(client(cluster.node(3).address()).addressResolver(address -> cluster.nodes().stream()
        .filter(node -> node.advertised().equals(address)).map(FakeNode::address).findAny().orElse(address)).build());
    client.kv().put("k", "v");
    client.unaryKv().put("k", "v2");
    assertThat(client.kv().get("k").orElseThrow().utf8()).isEqualTo("v2");
  }

  /** etcd #7321, #8660: a node that is cut off, with its connection up, is left. */
  @Test
  void b4ALeaderThatGoesSilentIsLeftAfterThreeBeats() throws Exception {
    client.kv().put("k", "v");
    cluster.node(1).silent(true);
    cluster.lead(cluster.node(2));
    long since = System.nanoTime();
    client.kv().put("k", "v2");
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
    assertThat(client.unaryKv().get("k").orElseThrow().utf8()).isEqualTo("v2");
  }

  @Test
  void b4ABlackHoleAmongTheEndpointsDoesNotHoldACall() throws Exception {
    try (ServerSocket hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + hole.getLocalPort();
      for (int i = 0; i < 3; i++) { // whichever is asked first
        use(client(address + "," + cluster.endpoints()).build());
        client.kv().withTimeout(Duration.ofSeconds(8)).put("k", "v");
        client.unaryKv().withTimeout(Duration.ofSeconds(8)).put("k", "v");
      }
    }
  }

  @Test
  void b4NothingButABlackHoleEndsEveryCallAtItsDeadlineAndKnownNotApplied() throws IOException {
    try (ServerSocket hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      use(client("127.0.0.1:" + hole.getLocalPort()).timeout(Duration.ofMillis(700)).build());
      long since = System.nanoTime();
      List<CompletableFuture<?>> calls = List.of(client.kv().putAsync("k", "v"), client.kv().getAsync("k"),
          client.unaryKv().putAsync("k", "v"), client.unaryKv().getAsync("k"), client.cluster().membersAsync());
      for (CompletableFuture<?> call : calls) {
        assertThatThrownBy(() -> call.get(20, TimeUnit.SECONDS)).cause()
            .isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
              assertThat(e.mayHaveBeenApplied()).isFalse();
              assertThat(e.reason()).isEqualTo("DEADLINE_EXCEEDED");
            });
      }
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isBetween(Duration.ofMillis(690), Duration.ofSeconds(10));
    }
  }

  @Test
  void aNodeThatIsNotThereIsNamedInTheError() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    use(client("127.0.0.1:" + free).timeout(Duration.ofMillis(300)).build());
    assertThatThrownBy(() -> client.kv().put("k", "v")).isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("127.0.0.1:" + free);
  }

  @Test
  void anExpiredSessionLeavesUnansweredCallsUnknownAndLaterOnesGetANewSession() throws Exception {
    client.kv().put("k", "v");
    long session = cluster.store().sessionInUse();
    cluster.node(1).silent(true);
    CompletableFuture<?> unanswered = client.kv().putAsync("k", "lost?");
    Await.until("it was sent", () -> told.contains("disconnected " + cluster.node(1).address()));
    cluster.store().expire(session);
    cluster.node(1).silent(false);
    assertThatThrownBy(() -> unanswered.get(20, TimeUnit.SECONDS)).cause()
        .isInstanceOfSatisfying(OutcomeUnknownException.class, e -> assertThat(e.mayHaveBeenApplied()).isTrue());
    client.kv().put("k", "v2");
    assertThat(client.kv().get("k").orElseThrow().utf8()).isEqualTo("v2");
    assertThat(cluster.store().sessionInUse()).isNotEqualTo(session);
    assertThat(told).contains("expired " + session + " SESSION_EXPIRED");
  }

  @Test
  void aSupersededStreamDoesNotReconnectAndLaterCallsGetANewSession() {
    client.kv().put("k", "v");
    long session = cluster.store().sessionInUse();
    int streams = cluster.node(1).streamsOpened();
    cluster.node(1)
        .onStreams(stream -> stream.end(Errors.error(ErrorCode.ABORTED, Errors.SUPERSEDED, "a newer stream")));
    Await.until("the session is over", () -> told.contains("expired " + session + " SUPERSEDED"));
    assertThat(cluster.node(1).streamsOpened()).isEqualTo(streams);
    client.kv().put("k", "v2");
    assertThat(cluster.store().sessionInUse()).isNotEqualTo(session);
  }

  @Test
  void aUnaryMutationWithoutAnAnswerIsSentOnceAndItsOutcomeIsUnknown() throws Exception {
    cluster.nodes().forEach(node -> node.answersPuts(false));
    CompletableFuture<?> late = client.unaryKv().withTimeout(Duration.ofMillis(500)).putAsync("k", "v");
    assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS)).cause().isInstanceOfSatisfying(
        DeadlineExceededException.class, e -> assertThat(e.mayHaveBeenApplied()).isTrue());
    CompletableFuture<?> broken = client.unaryKv().putAsync("k", "v");
    Await.until("it arrived", () -> cluster.node(1).unaryPuts() == 2);
    cluster.node(1).kill();
    cluster.lead(cluster.node(2));
    assertThatThrownBy(() -> broken.get(20, TimeUnit.SECONDS)).cause().isInstanceOf(OutcomeUnknownException.class);
    assertThat(cluster.nodes().stream().mapToInt(FakeNode::unaryPuts).sum()).isEqualTo(2);
    assertThat(cluster.store().revision()).as("each was applied once").isEqualTo(3);
  }

  @Test
  void unaryCallsFindTheLeaderWithAndWithoutHints() throws Exception {
    cluster.lead(cluster.node(3));
    client.unaryKv().put("k", "v");
    cluster.nodes().forEach(node -> node.hints(false));
    cluster.lead(cluster.node(2));
    client.unaryKv().put("k", "v2");
    cluster.lead(null);
    CompletableFuture<?> waits = client.unaryKv().putAsync("k", "v3");
    cluster.lead(cluster.node(1));
    waits.get(20, TimeUnit.SECONDS);
    assertThat(cluster.store().revision()).isEqualTo(4);
  }

  @Test
  void statusTellsOfEveryEndpointReachableOrNot() throws Exception {
    cluster.node(2).kill();
    var statuses = client.cluster().withTimeout(Duration.ofSeconds(3)).statuses();
    assertThat(statuses).hasSize(3);
    assertThat(statuses.get(0).status().orElseThrow().role()).isEqualTo("LEADER");
    assertThat(statuses.get(1).status()).isEmpty();
    assertThat(statuses.get(1).error().orElseThrow()).hasMessageContaining(cluster.node(2).address());
    assertThat(statuses.get(2).status().orElseThrow().id()).isEqualTo("n3");
    assertThat(client.cluster().members()).hasSize(3);
  }
}
