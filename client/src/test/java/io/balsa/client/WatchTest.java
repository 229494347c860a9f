package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.Errors;
import io.balsa.client.error.RefusedException;
import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.routing.ReadBalance;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches over real connections. */
@Timeout(60)
class WatchTest {
  private FakeCluster cluster;
  private BalsaClient client;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
    client = BalsaClient.builder().endpoints(cluster.endpoints()).readBalance(ReadBalance.ROUND_ROBIN)
        .timeout(Duration.ofSeconds(5)).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  /** What a listener heard, as texts. */
  private static class Heard implements WatchListener {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<String> states = new CopyOnWriteArrayList<>();

    @Override
    public void onEvents(List<WatchEvent> together) {
      assertThat(together.stream().map(WatchEvent::revision).distinct()).hasSize(1);
      together.forEach(event -> events.add(event.toString()));
    }

    @Override
    public void onConnected(String endpoint, long revision) {
      states.add("connected");
    }

    @Override
    public void onDisconnected(String endpoint, String reason) {
      states.add("disconnected");
    }

    @Override
    public void onResumed(String endpoint, long revision) {
      states.add("resumed");
    }

    @Override
    public void onEnd(BalsaException why) {
      states.add(why.reason());
    }
  }

  @Test
  void whatIsWrittenAfterTheCallReturnedIsTold() {
    client.kv().put("a/0", "before");
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Watch watch = client.watch("a/", event -> heard.add(event.toString()))) {
      long revision = client.kv().put("a/1", "x").revision();
      client.kv().put("b/1", "y");
      client.kv().delete("a/1");
      Await.until("what was written is told", () -> heard.size() == 2);
      assertThat(heard).containsExactly(revision + " PUT a/1=x", revision + 2 + " DELETE a/1");
      assertThat(watch.revision()).isEqualTo(revision + 2);
      assertThat(watch.isOpen()).isTrue();
    }
  }

  @Test
  void aListenerMayUseTheClientAndThrow() {
    List<String> heard = new CopyOnWriteArrayList<>();
    try (Watch watch = client.watch("a", event -> {
      heard.add(client.kv().get(event.keyUtf8()).orElseThrow().utf8());
      throw new IllegalStateException("a listener's own mistake");
    })) {
      client.kv().put("a", "1");
      Await.until("what was written is told", () -> heard.size() == 1);
      client.kv().put("a", "2");
      Await.until("what was written is told", () -> heard.size() == 2);
      assertThat(watch.isOpen()).isTrue();
    }
    assertThat(heard).containsExactly("1", "2");
  }

  @Test
  void jetcd1227_itGoesOnHoweverOftenItsNodeIsLost() throws Exception {
    Heard heard = new Heard();
    List<String> expected = new ArrayList<>();
    Watch watch = client.watch(KeyRange.all(), heard, WatchOption.from(1));
    for (int i = 0; i < 9; i++) {
      expected.add(client.kv().put("k", "v" + i).revision() + " PUT k=v" + i);
      int victim = 1 + i % 3;
      cluster.node(victim).kill();
      if (cluster.leader() == cluster.node(victim)) {
        cluster.lead(cluster.node(1 + (i + 1) % 3));
      }
      expected.add(client.kv().put("k", "w" + i).revision() + " PUT k=w" + i);
      Await.until("what was written is told", () -> heard.events.size() == expected.size());
      cluster.node(victim).restart();
    }
    assertThat(heard.events).isEqualTo(expected);
    assertThat(heard.states.get(0)).isEqualTo("connected");
    assertThat(heard.states).contains("disconnected", "resumed");
    watch.close();
  }

  @Test
  void whatWasCompactedIsSaid() {
    for (int i = 0; i < 10; i++) {
      client.kv().put("k", "v" + i);
    }
    cluster.store().compact(5);
    Heard heard = new Heard();
    assertThatThrownBy(() -> client.watch(KeyRange.all(), heard, WatchOption.from(4)))
        .isInstanceOfSatisfying(RefusedException.class, why -> assertThat(why.reason()).isEqualTo(Errors.COMPACTED));
    assertThat(heard.events).isEmpty();
    try (Watch watch = client.watch(KeyRange.all(), heard, WatchOption.from(5))) {
      Await.until("what was written is told", () -> !heard.events.isEmpty());
      assertThat(heard.events.get(0)).startsWith("5 PUT");
      assertThat(watch.ended()).isNotDone();
    }
  }

  @Test
  void optionsLeaveOutAndBringAlong() {
    Heard puts = new Heard();
    Heard deletes = new Heard();
    List<String> previous = new CopyOnWriteArrayList<>();
    WatchListener before = events -> events
        .forEach(event -> previous.add(event.previous().map(kv -> kv.utf8()).orElse("none")));
    try (Watch one = client.watch(KeyRange.single("a"), puts, WatchOption.putsOnly());
        Watch two = client.watch(KeyRange.single("a"), deletes, WatchOption.deletesOnly());
        Watch three = client.watch(KeyRange.single("a"), before, WatchOption.withPrevious())) {
      client.kv().put("a", "1");
      client.kv().put("aa", "1");
      client.kv().delete("a");
      Await.until("what was written is told",
          () -> previous.size() == 2 && puts.events.size() == 1 && deletes.events.size() == 1);
      assertThat(puts.events.get(0)).contains("PUT a=1");
      assertThat(deletes.events.get(0)).contains("DELETE a");
      assertThat(previous).containsExactly("none", "1");
      assertThat(List.of(one, two, three)).allMatch(Watch::isOpen);
    }
  }

  /** It holds up neither other watches nor calls, and misses nothing. */
  @Test
  void aSlowListenerIsToldLater() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Heard slow = new Heard() {
      @Override
      public void onEvents(List<WatchEvent> together) {
        try {
          goOn.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        super.onEvents(together);
      }
    };
    Heard quick = new Heard();
    String large = "x".repeat(200_000);
    try (Watch watch = client.watch(KeyRange.all(), slow, WatchOption.from(2));
        Watch other = client.watch(KeyRange.all(), quick, WatchOption.from(2))) {
      for (int i = 0; i < 60; i++) {
        client.kv().put("k", i + large);
      }
      Await.until("what was written is told", () -> quick.events.size() == 60);
      assertThat(watch.revision()).isLessThan(other.revision());
      goOn.countDown();
      Await.until("what was written is told", () -> slow.events.size() == 60);
      assertThat(slow.events).isEqualTo(quick.events);
      assertThat(slow.states).as("that the call was let go is nobody's business").containsExactly("connected");
    }
  }

  @Test
  void nothingIsHeardAfterTheEnd() {
    Heard heard = new Heard();
    Watch watch = client.watch(KeyRange.all(), heard);
    client.kv().put("k", "1");
    Await.until("what was written is told", () -> heard.events.size() == 1);
    watch.close();
    watch.close();
    assertThat(watch.isOpen()).isFalse();
    assertThat(watch.ended()).isCompleted();
    client.kv().put("k", "2");
    Watch another = client.watch(KeyRange.all(), heard, WatchOption.from(watch.revision() + 1));
    Await.until("what was written is told", () -> heard.events.size() == 2);
    client.close();
    assertThatThrownBy(() -> another.ended().join()).isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> client.watch("a", event -> {})).isInstanceOf(BalsaException.class);
  }

  @Test
  void whoDoesNotWaitForItsBeginningAnyMoreLeavesNoWatchBehind() throws Exception {
    Heard given = new Heard();
    Heard interrupted = new Heard();
    for (int i = 1; i <= 3; i++) {
      cluster.node(i).kill();
    }
    assertThat(client.watchAsync(KeyRange.all(), given, WatchOption.from(1)).cancel(false)).isTrue();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> client.watch(KeyRange.all(), interrupted, WatchOption.from(1)))
        .isInstanceOf(BalsaException.class);
    assertThat(Thread.interrupted()).isTrue();
    for (int i = 1; i <= 3; i++) {
      cluster.node(i).restart();
    }
    Heard wanted = new Heard();
    client.kv().withTimeout(Duration.ofSeconds(30)).put("k", "1");
    try (Watch watch = client.watch(KeyRange.all(), wanted, WatchOption.from(1))) {
      client.kv().put("k", "2");
      Await.until("the watch that is wanted is told", () -> wanted.events.size() == 2);
      assertThat(given.states).isEmpty();
      assertThat(interrupted.states).isEmpty();
      assertThat(watch.isOpen()).isTrue();
    }
  }

  @Test
  void wrongUsesAreRefused() throws Exception {
    assertThatThrownBy(() -> WatchOption.from(0)).isInstanceOf(IllegalArgumentException.class);
    for (int i = 1; i <= 3; i++) {
      cluster.node(i).kill();
    }
    BalsaClient impatient = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofMillis(300))
        .callbackExecutor(Executors.newSingleThreadExecutor()).build();
    assertThatThrownBy(() -> impatient.watch("a", event -> {})).isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("127.0.0.1:");
    impatient.close();
  }
}
