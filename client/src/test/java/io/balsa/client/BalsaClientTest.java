package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.InvalidRequestException;
import io.balsa.client.error.RefusedException;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.kv.DeleteResult;
import io.balsa.client.kv.GetOption;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.RangeOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BalsaClientTest {
  private FakeCluster cluster;
  private BalsaClient client;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
    // A busy machine is no failure.
    client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(30)).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  @Test
  void putGetDeleteAndIncrThroughTheSession() {
    client.kv().put("k", "v1");
    assertThat(client.kv().put("k", "v2", PutOption.prevKv()).prevKv().orElseThrow().utf8()).isEqualTo("v1");
    KeyValue kv = client.kv().get("k").orElseThrow();
    assertThat(kv.utf8()).isEqualTo("v2");
    assertThat(kv.version()).isEqualTo(2);
    assertThat(client.kv().incr("n", 5)).isEqualTo(5);
    assertThat(client.counter("n").add(-2)).isEqualTo(3);
    assertThat(client.counter("n").get()).isEqualTo(3);
    DeleteResult deleted = client.kv().delete("k");
    assertThat(deleted.deleted()).isEqualTo(1);
    assertThat(client.kv().get("k")).isEmpty();
    assertThat(cluster.store().applied()).hasSize(5);
  }

  @Test
  void unaryCallsNeedNoSession() {
    client.unaryKv().put("k", "v");
    assertThat(client.unaryKv().get("k").orElseThrow().utf8()).isEqualTo("v");
    assertThat(client.unaryKv().incr("n", 2)).isEqualTo(2);
    assertThat(client.unaryKv().delete("k").deleted()).isEqualTo(1);
    assertThat(cluster.store().liveSessions()).isEmpty();
  }

  @Test
  void aCompactionEndsTheHistoryBeforeIt() {
    for (Kv kv : List.of(client.kv(), client.unaryKv())) {
      kv.put("k", "old");
      long revision = kv.put("k", "new").revision();
      kv.put("k", "newest");
      kv.compact(revision);
      kv.compact(revision);
      assertThat(kv.get("k", GetOption.atRevision(revision)).orElseThrow().utf8()).isEqualTo("new");
      assertThatThrownBy(() -> kv.get("k", GetOption.atRevision(revision - 1)))
          .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo("COMPACTED"));
      assertThatThrownBy(() -> kv.compact(revision - 1))
          .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo("COMPACTED"));
      assertThatThrownBy(() -> kv.compact(revision + 2))
          .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo("FUTURE_REVISION"));
      assertThatThrownBy(() -> kv.compact(0)).isInstanceOf(InvalidRequestException.class);
      assertThat(kv.compactAsync(-1)).isCompletedExceptionally();
    }
  }

  @Test
  void callsOfASessionKeepTheirOrderAndReadsSeeThem() throws Exception {
    List<CompletableFuture<Long>> sums = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      sums.add(client.counter("n").incrementAsync());
    }
    CompletableFuture<Long> read = client.counter("n").getAsync();
    for (int i = 0; i < sums.size(); i++) {
      assertThat(sums.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i + 1L);
    }
    assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(20_000);
  }

  @Test
  void aRangePagesThroughEverything() {
    for (int i = 0; i < 2_500; i++) {
      var unused = client.kv().putAsync("r/%05d".formatted(i), "v" + i);
    }
    client.kv().put("s", "behind the prefix");
    List<String> keys = new ArrayList<>();
    client.kv().range(KeyRange.prefix("r/")).forEach(kv -> keys.add(kv.keyUtf8()));
    assertThat(keys).hasSize(2_500).isSorted().doesNotHaveDuplicates();
    assertThat(client.kv().range(KeyRange.prefix("r/"), RangeOption.limit(1_700)).stream()).hasSize(1_700);
    assertThat(client.kv().range(KeyRange.prefix("r/"), RangeOption.descending(), RangeOption.limit(2)).stream()
        .map(KeyValue::keyUtf8)).containsExactly("r/02499", "r/02498");
    assertThat(client.kv().count(KeyRange.prefix("r/"))).isEqualTo(2_500);
    assertThat(client.kv().range(KeyRange.prefix("none/"))).isEmpty();
    assertThat(client.kv().delete(KeyRange.prefix("r/")).deleted()).isEqualTo(2_500);
  }

  @Test
  void aRefusalIsTypedAndUsesItsSequence() {
    client.kv().put("n", "many");
    assertThatThrownBy(() -> client.kv().incr("n", 1)).isInstanceOfSatisfying(RefusedException.class, e -> {
      assertThat(e.reason()).isEqualTo("NOT_A_NUMBER");
      assertThat(e.mayHaveBeenApplied()).isFalse();
    });
    client.kv().put("n", "1");
    assertThat(client.kv().incr("n", 1)).isEqualTo(2);
  }

  @Test
  void aWrongRequestIsRefusedBeforeItIsNumbered() {
    assertThatThrownBy(() -> client.kv().put("", "v")).isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("KEY_EMPTY");
    assertThatThrownBy(() -> client.kv().put("k".repeat(4097), "v")).isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("KEY_TOO_LARGE").hasMessageContaining("4097").hasMessageContaining("4096");
    assertThatThrownBy(() -> client.kv().put("k", new byte[1024 * 1024 + 1]))
        .isInstanceOf(InvalidRequestException.class).hasMessageContaining("VALUE_TOO_LARGE");
    assertThat(client.kv().putAsync("", "v")).isCompletedExceptionally();
    client.kv().put("k", new byte[1024 * 1024]);
    assertThat(cluster.store().applied()).hasSize(1);
  }

  @Test
  void aBlockingCallOnTheClientsThreadIsRefusedNotADeadlock() {
    CompletableFuture<Object> chained = client.kv().putAsync("k", "v").thenApply(put -> client.kv().get("k"));
    assertThatThrownBy(chained::join).hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Async twin");
  }

  @Test
  void withAnExecutorForCallbacksTheyMayBlock() throws Exception {
    ExecutorService executor = Executors.newCachedThreadPool();
    try (BalsaClient blocking = BalsaClient.builder().endpoints(cluster.endpoints()).callbackExecutor(executor)
        .timeout(Duration.ofSeconds(30)).build()) {
      CompletableFuture<String> chained = blocking.kv().putAsync("k", "v")
          .thenApply(put -> blocking.kv().get("k").orElseThrow().utf8());
      assertThat(chained.get(30, TimeUnit.SECONDS)).isEqualTo("v");
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void anInterruptedCallEndsWithTheInterruptKept() throws Exception {
    client.kv().put("k", "v");
    cluster.node(1).silent(true);
    CompletableFuture<Boolean> kept = new CompletableFuture<>();
    Thread caller = new Thread(() -> {
      try {
        client.kv().put("k", "v2");
        kept.completeExceptionally(new AssertionError("answered"));
      } catch (BalsaException e) {
        kept.complete(Thread.currentThread().isInterrupted() && e.mayHaveBeenApplied()
            && e.reason().equals("INTERRUPTED"));
      }
    });
    caller.start();
    caller.interrupt();
    assertThat(kept.get(30, TimeUnit.SECONDS)).isTrue();
    caller.join();
  }

  @Test
  void theErrorOfABlockingCallHasTheStackOfItsCaller() {
    client.kv().put("n", "many");
    assertThatThrownBy(() -> client.kv().incr("n", 1)).hasStackTraceContaining("BalsaClientTest")
        .hasCauseInstanceOf(RefusedException.class);
  }

  @Test
  void closingEndsTheSessionAndEveryCall() {
    client.kv().put("k", "v");
    long session = cluster.store().sessionInUse();
    assertThat(cluster.store().lives(session)).isTrue();
    client.close();
    assertThat(cluster.store().lives(session)).isFalse();
    assertThatThrownBy(() -> client.kv().put("k", "v")).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.unaryKv().put("k", "v")).isInstanceOf(ClientClosedException.class);
    client.close();
  }

  @Test
  void endpointsAreCheckedWhenTheyAreGiven() {
    for (String wrong : List.of("", "host", "host:", "host:0", "host:70000", "a:1,,b:2", "http://a:1", "a:1/x")) {
      assertThatThrownBy(() -> BalsaClient.connect(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
