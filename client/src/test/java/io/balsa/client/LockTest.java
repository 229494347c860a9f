package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.error.RefusedException;
import io.balsa.client.fake.Await;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.kv.DeleteOption;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.Transaction;
import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.lock.LockInfo;
import io.balsa.client.lock.LockMode;
import io.balsa.client.lock.LockRequestInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LockTest {
  private FakeCluster cluster;
  private BalsaClient client;
  private BalsaClient other;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
    client = connect(Duration.ofSeconds(10));
    other = connect(Duration.ofSeconds(10));
  }

  private BalsaClient connect(Duration ttl) {
    return BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(30)).sessionTtl(ttl).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    other.close();
    cluster.close();
  }

  private void queued(String name, int requests) {
    Await.until(requests + " wait for " + name,
        () -> cluster.store().locks(name).stream().anyMatch(lock -> lock.getQueueCount() == requests));
  }

  @Test
  void itExcludesAndPassesOnInOrder() throws Exception {
    LockGrant first = client.lock("l").acquire();
    assertThat(first.isHeld()).isTrue();
    assertThat(other.lock("l").tryAcquire()).isEmpty();
    CompletableFuture<LockGrant> second = other.lock("l").acquireAsync();
    queued("l", 1);
    CompletableFuture<LockGrant> third = client.lock("l").acquireAsync();
    queued("l", 2);
    assertThat(second).isNotDone();
    first.release();
    assertThat(first.isHeld()).isFalse();
    LockGrant next = second.get(30, TimeUnit.SECONDS);
    assertThat(next.token()).isGreaterThan(first.token());
    assertThat(third).isNotDone();
    next.close();
    assertThat(third.get(30, TimeUnit.SECONDS).token()).isGreaterThan(next.token());
  }

  @Test
  void oneObjectReentersAndTwoExcludeEachOther() {
    DistributedLock lock = client.lock("l");
    LockGrant outer = lock.acquire();
    LockGrant inner = lock.acquire(Duration.ofSeconds(5));
    assertThat(inner.token()).isEqualTo(outer.token());
    assertThat(client.lock("l").tryAcquire()).as("another object of the same client").isEmpty();
    assertThat(client.lock("l").ownedBy(lock.owner()).tryAcquire()).as("of the same owner").isPresent();
    outer.release();
    outer.release();
    assertThat(inner.isHeld()).isTrue();
    assertThat(other.lock("l").ownedBy(lock.owner()).tryAcquire()).as("K3: another session is another owner").isEmpty();
  }

  @Test
  void sharedPermitsAndUpgrade() {
    DistributedLock shared = client.lock("l").shared(2);
    LockGrant one = shared.acquire();
    LockGrant two = other.lock("l").shared(2).acquire();
    assertThat(one.mode()).isEqualTo(LockMode.SHARED);
    assertThat(client.lock("l").shared(2).tryAcquire()).as("two permits").isEmpty();
    assertThatThrownBy(() -> client.lock("l").ownedBy(shared.owner()).acquire(Duration.ofSeconds(1)))
        .isInstanceOf(RefusedException.class).hasMessageContaining("LOCK_UPGRADE");
    two.release();
    assertThat(client.lock("l").shared(2).tryAcquire()).isPresent();
    assertThat(client.lock("any").shared().tryAcquire()).isPresent();
    assertThat(other.lock("any").shared().tryAcquire()).isPresent();
    assertThat(other.lock("any").tryAcquire()).isEmpty();
  }

  @Test
  void aWaitRunsOutAndLeavesNothing() {
    LockGrant held = client.lock("l").acquire();
    assertThatThrownBy(() -> other.lock("l").acquire(Duration.ofMillis(300)))
        .isInstanceOfSatisfying(LockNotObtainedException.class, e -> {
          assertThat(e.reason()).isEqualTo("LOCK_NOT_OBTAINED");
          assertThat(e.mayHaveBeenApplied()).isFalse();
        });
    assertThat(cluster.store().locks("l").get(0).getQueueList()).isEmpty();
    assertThat(held.isHeld()).isTrue();
  }

  /** For ever, as people write it; what a long has no room for is no short wait. */
  @Test
  void aWaitMayBeAsLongAsADurationCanBe() throws Exception {
    try (BalsaClient hasty = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofMillis(300))
        .build()) {
      LockGrant held = client.lock("l").acquire();
      List<CompletableFuture<LockGrant>> patient = new ArrayList<>();
      for (Duration wait : List.of(Duration.ofNanos(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE),
          Duration.ofDays(365 * 200))) {
        patient.add(hasty.lock("l").acquireAsync(wait));
        queued("l", patient.size());
      }
      assertThatThrownBy(() -> hasty.lock("l").acquire(Duration.ofMillis(600)))
          .isInstanceOf(LockNotObtainedException.class);
      assertThat(patient).noneMatch(CompletableFuture::isDone);
      held.release();
      for (CompletableFuture<LockGrant> next : patient) {
        next.get(30, TimeUnit.SECONDS).release();
      }
    }
  }

  /** B6: a caller that gives up leaves the queue, however it gave up. */
  @Test
  void aCancelledWaiterLeavesTheQueue() throws Exception {
    LockGrant held = client.lock("l").acquire();
    CompletableFuture<LockGrant> cancelled = other.lock("l").acquireAsync();
    queued("l", 1);
    cancelled.cancel(true);
    queued("l", 0);
    CompletableFuture<LockGrant> timedOut = other.lock("l").acquireAsync().orTimeout(200, TimeUnit.MILLISECONDS);
    Await.until("timed out", timedOut::isCompletedExceptionally);
    queued("l", 0);
    Thread waiter = new Thread(
        () -> assertThatThrownBy(() -> other.lock("l").acquire()).hasMessageContaining("INTERRUPTED"));
    waiter.start();
    queued("l", 1);
    waiter.interrupt();
    queued("l", 0);
    waiter.join();
    held.release();
    assertThat(client.lock("l").tryAcquire()).isPresent();
  }

  @Test
  void whatIsGrantedToNobodyIsReleased() {
    for (int i = 0; i < 50; i++) {
      var attempt = client.lock("l").acquireAsync();
      var tried = client.lock("m").tryAcquireAsync();
      attempt.cancel(false);
      tried.cancel(false);
    }
    Await.until("nothing is left", () -> cluster.store().locks("").isEmpty());
  }

  @Test
  void fencedWritesNeedTheGrant() {
    LockGrant grant = client.lock("l").acquire();
    client.kv().put("k", "1", PutOption.fencedBy(grant));
    client.kv().txn().then(Op.put("k", "2")).fencedBy(grant).commit();
    client.kv().delete("none", DeleteOption.fencedBy(grant));
    Transaction tx = client.transaction().fencedBy(grant);
    tx.put("k", "3");
    tx.commit();
    other.kv().put("k", "4", PutOption.fencedBy(grant.name(), grant.token()));
    grant.release();
    assertThatThrownBy(() -> client.kv().put("k", "5", PutOption.fencedBy(grant))).isInstanceOf(RefusedException.class)
        .hasMessageContaining("FENCED");
    Transaction late = client.transaction().fencedBy(grant);
    late.put("k", "6");
    assertThatThrownBy(late::commit).isInstanceOf(RefusedException.class).hasMessageContaining("FENCED");
    assertThat(client.kv().get("k").orElseThrow().utf8()).isEqualTo("4");
  }

  /** K2: the await is asked again on every stream; nothing is granted twice or forgotten. */
  @Test
  void waitersOutliveStreamsAndLeaders() throws Exception {
    LockGrant held = client.lock("l").acquire();
    CompletableFuture<LockGrant> waiting = other.lock("l").acquireAsync();
    queued("l", 1);
    for (int i = 0; i < 5; i++) {
      cluster.lead(cluster.node(1 + (i + 1) % 3));
      int before = cluster.nodes().stream().mapToInt(node -> node.streamsOpened()).sum();
      cluster.nodes().forEach(node -> node.onStreams(stream -> stream.cut()));
      Await.until("reconnected",
          () -> cluster.nodes().stream().mapToInt(node -> node.streamsOpened()).sum() > before);
    }
    held.release();
    assertThat(waiting.get(30, TimeUnit.SECONDS).isHeld()).isTrue();
  }

  @Test
  void answersLostWithTheirStreamComeAgain() {
    for (int n = 1; n <= 3; n++) {
      cluster.node(n).cutAfterApplying(3);
    }
    for (int i = 0; i < 20; i++) {
      try (LockGrant grant = client.lock("l").acquire(Duration.ofSeconds(20))) {
        assertThat(grant.isHeld()).isTrue();
      }
    }
    Await.until("nothing is left", () -> cluster.store().locks("").isEmpty());
  }

  /** K1, and rows A19, A24, A26: the owner hears of the loss before another one gets the lock. */
  @Test
  void theLossIsToldBeforeAnotherOneHolds() throws Exception {
    try (BalsaClient shortLived = connect(Duration.ofMillis(1_500))) {
      LockGrant grant = shortLived.lock("l").acquire();
      List<String> told = new CopyOnWriteArrayList<>();
      grant.onLost(reason -> told.add(reason + (cluster.store().isLockHeld("l", grant.sessionId(), grant.sequence())
          ? " (still held at the cluster)"
          : " (too late)")));
      CompletableFuture<LockGrant> next = other.lock("l").acquireAsync();
      queued("l", 1);
      cluster.node(1).onStreams(stream -> {
        if (stream.sessionId() == grant.sessionId()) {
          stream.cut();
        }
      });
      cluster.clockRuns(false); // a busy machine is no failure: LockCorePropertyTest has the times
      cluster.lead(null); // no renewal gets through
      Await.until("lost", () -> !told.isEmpty());
      assertThat(told).singleElement().asString().contains("still held at the cluster");
      assertThat(grant.isHeld()).isFalse();
      cluster.clockRuns(true);
      cluster.lead(cluster.node(2));
      assertThat(next.get(30, TimeUnit.SECONDS).token()).isGreaterThan(grant.token());
      assertThat(grant.isHeld()).as("for ever").isFalse();
      grant.release();
      grant.close();
    }
  }

  @Test
  void anExpiredSessionTakesItsLocksAndWaitersWithIt() {
    LockGrant grant = client.lock("l").acquire();
    LockGrant foreign = other.lock("m").acquire();
    CompletableFuture<LockGrant> waiting = client.lock("m").acquireAsync();
    queued("m", 1);
    List<String> told = new CopyOnWriteArrayList<>();
    grant.onLost(told::add);
    cluster.store().expire(grant.sessionId());
    cluster.node(1).onStreams(stream -> stream.cut());
    Await.until("told", () -> !told.isEmpty());
    assertThat(grant.isHeld()).isFalse();
    assertThat(grant.lostReason()).contains("SESSION_EXPIRED");
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(LockNotObtainedException.class)
        .hasMessageContaining("LOCK_REQUEST_ENDED");
    grant.release(); // it is released, whoever did it
    assertThat(foreign.isHeld()).isTrue();
    assertThat(client.lock("l").tryAcquire()).as("in a new session").isPresent();
  }

  /** What an owner's listener throws is the owner's: the other owners hear of their loss, and the client goes on. */
  @Test
  void aListenerThatThrowsHarmsNobodyElse() {
    LockGrant first = client.lock("a").acquire();
    LockGrant second = client.lock("b").acquire();
    List<String> told = new CopyOnWriteArrayList<>();
    first.onLost(() -> {
      throw new IllegalStateException("the owner's mistake");
    });
    second.onLost(told::add);
    cluster.store().expire(first.sessionId());
    cluster.node(1).onStreams(stream -> stream.cut());
    Await.until("told", () -> !told.isEmpty());
    first.release();
    second.release();
    client.kv().put("k", "in a new session");
    assertThat(client.lock("a").tryAcquire()).isPresent();
  }

  /** An executor that takes nothing more, because the program ends, keeps nobody waiting for ever. */
  @Test
  void anExecutorThatRefusesIsDoneWithout() {
    ExecutorService callbacks = Executors.newSingleThreadExecutor();
    try (BalsaClient own = BalsaClient.builder().endpoints(cluster.endpoints()).callbackExecutor(callbacks).build()) {
      own.lock("l").acquire().release();
      callbacks.shutdown();
      LockGrant grant = own.lock("l").acquire();
      own.kv().put("k", "v", PutOption.fencedBy(grant));
      grant.release();
    }
  }

  @Test
  void closingTheClientFreesItsLocks() {
    LockGrant grant = client.lock("l").acquire();
    List<String> told = new CopyOnWriteArrayList<>();
    grant.onLost(told::add);
    client.close();
    assertThat(grant.isHeld()).isFalse();
    assertThat(told).singleElement().asString().contains("client was closed");
    assertThat(other.lock("l").acquire(Duration.ofSeconds(5)).isHeld()).isTrue();
  }

  @Test
  void anUnreachableClusterIsNotTakenForALockThatIsHeld() {
    try (BalsaClient hasty = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofMillis(800))
        .build()) {
      hasty.kv().put("k", "v");
      cluster.node(1).silent(true);
      assertThatThrownBy(() -> hasty.lock("l").tryAcquire()).satisfiesAnyOf(
          e -> assertThat(e).isInstanceOfSatisfying(LockNotObtainedException.class,
              refused -> assertThat(refused.mayHaveBeenApplied()).isTrue()),
          e -> assertThat(e).isInstanceOf(DeadlineExceededException.class));
      cluster.node(1).silent(false);
      Await.until("withdrawn as soon as it can be", () -> cluster.store().locks("l").isEmpty());
      assertThat(hasty.lock("l").acquire(Duration.ofSeconds(20)).isHeld()).isTrue();
    }
  }

  @Test
  void theyAreDescribedAndListedPageByPage() {
    LockGrant held = client.lock("a/1").acquire();
    CompletableFuture<LockGrant> waiting = other.lock("a/1").ownedBy("me").acquireAsync();
    queued("a/1", 1);
    for (int i = 2; i <= 7; i++) {
      client.lock("a/" + i).acquire();
    }
    client.lock("b").acquire();
    LockInfo info = client.locks().describe("a/1").orElseThrow();
    assertThat(info.holders()).extracting(LockRequestInfo::token).containsExactly(held.token());
    assertThat(info.holders()).extracting(LockRequestInfo::sessionId).containsExactly(held.sessionId());
    assertThat(info.queue()).extracting(LockRequestInfo::owner).containsExactly("me");
    assertThat(client.locks().describe("none")).isEmpty();
    assertThat(client.locks().list("a/")).extracting(LockInfo::name).containsExactly("a/1", "a/2", "a/3", "a/4", "a/5",
        "a/6", "a/7");
    assertThat(client.locks().list("")).hasSize(8);
    waiting.cancel(false);
  }

  @Test
  void namesAreCheckedBeforeTheyAreSent() {
    assertThatThrownBy(() -> client.lock("").acquire()).hasMessageContaining("LOCK_NAME_EMPTY");
    assertThatThrownBy(() -> client.lock("x".repeat(1025)).tryAcquire()).hasMessageContaining("LOCK_NAME_TOO_LARGE")
        .hasMessageContaining("1025");
    assertThatThrownBy(() -> client.lock("l").acquire(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyWorkersPassOneLock() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService workers = Executors.newFixedThreadPool(6);
    List<Future<?>> done = new ArrayList<>();
    for (int w = 0; w < 6; w++) {
      BalsaClient mine = w % 2 == 0 ? client : other;
      done.add(workers.submit(() -> {
        for (int i = 0; i < 20; i++) {
          try (LockGrant grant = mine.lock("l").acquire()) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            long n = Long.parseLong(mine.kv().get("n").map(kv -> kv.utf8()).orElse("0"));
            mine.kv().put("n", Long.toString(n + 1), PutOption.fencedBy(grant));
            inside.decrementAndGet();
          }
        }
      }));
    }
    for (Future<?> one : done) {
      one.get(50, TimeUnit.SECONDS);
    }
    workers.shutdown();
    assertThat(most).hasValue(1);
    assertThat(client.counter("n").get()).isEqualTo(120);
  }
}
