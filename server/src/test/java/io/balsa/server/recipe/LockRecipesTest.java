package io.balsa.server.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.InvalidRequestException;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.error.PermitsDifferException;
import io.balsa.client.error.RefusedException;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.lock.LockMode;
import io.balsa.client.recipe.DistributedBarrier;
import io.balsa.client.recipe.DistributedReadWriteLock;
import io.balsa.client.recipe.DistributedSemaphore;
import io.balsa.server.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Read-write lock, semaphore and barrier. Each test has names of its own. */
@Timeout(120)
class LockRecipesTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir
  private static Path directory;

  private static ServedClients served;
  private static BalsaClient client;
  private static BalsaClient other;

  @BeforeAll
  static void start() throws Exception {
    served = new ServedClients(directory);
    client = served.client;
    other = served.other;
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static int holders(String lock) {
    return other.locks().describe(lock).map(info -> info.holders().size()).orElse(0);
  }

  // ---- read-write lock

  @Test
  void readersShareAndAWriterIsAlone() throws Exception {
    LockGrant one = client.readWriteLock("rw/share").readLock().acquire();
    LockGrant two = other.readWriteLock("rw/share").readLock().acquire(LONG);
    assertThat(one.mode()).isEqualTo(LockMode.SHARED);
    assertThat(two.token()).isGreaterThan(one.token());
    CompletableFuture<LockGrant> writer = client.readWriteLock("rw/share").writeLock().acquireAsync();
    served.queued("rw/share", 1);
    CompletableFuture<LockGrant> late = other.readWriteLock("rw/share").readLock().acquireAsync();
    served.queued("rw/share", 2);
    one.release();
    assertThat(writer).isNotDone();
    two.release();
    LockGrant written = ServedClients.soon(writer);
    assertThat(late).as("came after the writer").isNotDone();
    client.kv().put("rw/data", "1", PutOption.fencedBy(written));
    written.release();
    assertThat(ServedClients.soon(late).token()).isGreaterThan(written.token());
    assertThatThrownBy(() -> client.kv().put("rw/data", "2", PutOption.fencedBy(written)))
        .isInstanceOf(RefusedException.class).hasMessageContaining("FENCED");
    late.join().release();
  }

  /** It would wait for itself; two of them for each other. */
  @Test
  void anUpgradeIsRefusedAtOnceAndADowngradeLetsNobodyBetween() throws Exception {
    DistributedReadWriteLock lock = client.readWriteLock("rw/upgrade");
    LockGrant read = lock.readLock().acquire();
    assertThatThrownBy(() -> lock.writeLock().acquire()).isInstanceOf(RefusedException.class)
        .hasMessageContaining("LOCK_UPGRADE").hasMessageContaining("release it first");
    assertThat(read.isHeld()).isTrue();
    read.release();

    LockGrant write = lock.writeLock().acquire();
    CompletableFuture<LockGrant> writer = other.readWriteLock("rw/upgrade").writeLock().acquireAsync();
    served.queued("rw/upgrade", 1);
    LockGrant down = lock.readLock().acquire(LONG);
    assertThat(down.token()).isEqualTo(write.token());
    write.release();
    assertThat(other.locks().describe("rw/upgrade").orElseThrow().mode()).isEqualTo(LockMode.SHARED);
    assertThat(writer).isNotDone();
    down.release();
    ServedClients.soon(writer).release();
  }

  @Test
  void twoObjectsExcludeEachOtherUnlessTheyHaveOneOwner() {
    DistributedReadWriteLock lock = client.readWriteLock("rw/owner");
    try (LockGrant held = lock.writeLock().acquire()) {
      assertThat(client.readWriteLock("rw/owner").readLock().tryAcquire()).isEmpty();
      assertThat(client.readWriteLock("rw/owner").ownedBy(lock.owner()).readLock().tryAcquire()).get()
          .satisfies(again -> {
            assertThat(again.token()).isEqualTo(held.token());
            again.release();
          });
    }
  }

  // ---- semaphore

  @Test
  void soManyAsThereArePermitsAndNoMore() throws Exception {
    DistributedSemaphore semaphore = client.semaphore("sem/count", 2);
    LockGrant one = semaphore.acquire();
    LockGrant two = semaphore.acquire(Duration.ZERO);
    assertThat(two.token()).as("no re-entry").isGreaterThan(one.token());
    assertThat(semaphore.tryAcquire()).isEmpty();
    CompletableFuture<LockGrant> third = other.semaphore("sem/count", 2).acquireAsync();
    served.queued("sem/count", 1);
    CompletableFuture<LockGrant> fourth = client.semaphore("sem/count", 2).acquireAsync();
    served.queued("sem/count", 2);
    one.release();
    assertThat(ServedClients.soon(third).isHeld()).isTrue();
    assertThat(fourth).isNotDone();
    two.close();
    ServedClients.soon(fourth).close();
    third.join().close();
    Await.until("free", () -> holders("sem/count") == 0);
  }

  /** jetcd #291: there a waiter whose time was up kept its place, and the lock stayed closed to all behind it. */
  @Test
  void jetcd291_aWaiterWhoseTimeIsUpLeavesTheQueueInTheSameStep() throws Exception {
    DistributedSemaphore semaphore = client.semaphore("sem/queue", 1);
    LockGrant held = semaphore.acquire();
    CompletableFuture<LockGrant> hasty = other.semaphore("sem/queue", 1).acquireAsync(SHORT);
    CompletableFuture<LockGrant> cancelled = other.semaphore("sem/queue", 1).acquireAsync();
    CompletableFuture<LockGrant> patient = other.semaphore("sem/queue", 1).acquireAsync(LONG);
    assertThatThrownBy(hasty::join).hasCauseInstanceOf(LockNotObtainedException.class);
    assertThat(other.locks().describe("sem/queue").orElseThrow().queue()).as("told and gone").hasSize(2);
    cancelled.cancel(false);
    served.queued("sem/queue", 1);
    held.release();
    ServedClients.soon(patient).release();
    assertThat(holders("sem/queue")).isZero();
  }

  @Test
  void whoNamesAnotherNumberIsToldBoth() {
    try (LockGrant held = client.semaphore("sem/differ", 3).acquire()) {
      assertThat(held.isHeld()).isTrue();
      assertThatThrownBy(() -> other.semaphore("sem/differ", 5).acquire())
          .isInstanceOfSatisfying(PermitsDifferException.class, e -> {
            assertThat(e.inUse()).isEqualTo(3);
            assertThat(e.asked()).isEqualTo(5);
            assertThat(e.reason()).isEqualTo("PERMITS_DIFFER");
            assertThat(e.mayHaveBeenApplied()).isFalse();
          }).hasMessageContaining("3").hasMessageContaining("5");
      assertThatThrownBy(() -> other.semaphore("sem/differ", 5).tryAcquireAsync().join())
          .hasCauseInstanceOf(PermitsDifferException.class);
      assertThatThrownBy(() -> other.readWriteLock("sem/differ").readLock().acquire())
          .isInstanceOf(PermitsDifferException.class).hasMessageContaining("any number");
      held.release();
    }
    client.semaphore("sem/differ", 5).acquire().release();
  }

  // ---- barrier

  @Test
  void allPassWhenTheBarrierIsLifted() throws Exception {
    DistributedBarrier barrier = client.barrier("bar/lift");
    assertThat(barrier.await(Duration.ZERO)).as("nobody holds it").isTrue();
    LockGrant held = barrier.hold();
    assertThat(barrier.await(Duration.ZERO)).as("its own holder waits like all").isFalse();
    assertThat(other.barrier("bar/lift").await(SHORT)).isFalse();
    served.queued("bar/lift", 0);
    List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      waiting.add((i % 2 == 0 ? client : other).barrier("bar/lift").awaitAsync());
    }
    served.queued("bar/lift", 20);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    held.release();
    for (CompletableFuture<Boolean> passed : waiting) {
      assertThat(ServedClients.soon(passed)).isTrue();
    }
    Await.until("nothing is left of them", () -> holders("bar/lift") == 0);
    try (LockGrant again = barrier.hold(LONG)) {
      assertThat(again.token()).isGreaterThan(held.token());
    }
    barrier.await();
  }

  @Test
  void oneHoldsIt() throws Exception {
    DistributedBarrier barrier = client.barrier("bar/one");
    try (LockGrant held = barrier.hold()) {
      assertThat(held.isHeld()).isTrue();
      assertThatThrownBy(() -> barrier.hold(Duration.ZERO)).isInstanceOf(LockNotObtainedException.class);
      CompletableFuture<LockGrant> next = other.barrier("bar/one").holdAsync();
      served.queued("bar/one", 1);
      held.release();
      ServedClients.soon(next).release();
    }
  }

  /** B6: also a future that only follows from the request. */
  @Test
  void jetcd291_whoGivesUpWaitingAtABarrierLeavesTheQueue() throws Exception {
    try (LockGrant held = client.barrier("bar/queue").hold()) {
      assertThat(held.isHeld()).isTrue();
      DistributedBarrier barrier = other.barrier("bar/queue");
      CompletableFuture<Boolean> cancelled = barrier.awaitAsync(LONG);
      served.queued("bar/queue", 1);
      cancelled.cancel(false);
      served.queued("bar/queue", 0);
      CompletableFuture<Boolean> timedOut = barrier.awaitAsync().orTimeout(100, TimeUnit.MILLISECONDS);
      Await.until("timed out", timedOut::isCompletedExceptionally);
      served.queued("bar/queue", 0);
      Thread waiter = new Thread(() -> assertThatThrownBy(barrier::await).hasMessageContaining("INTERRUPTED"));
      waiter.start();
      served.queued("bar/queue", 1);
      waiter.interrupt();
      waiter.join();
      served.queued("bar/queue", 0);
    }
  }

  /** The end of the session is the end of all that hangs on it: here it is revoked, as if its client had died a TTL ago. */
  @Test
  void theEndOfItsHoldersSessionLiftsABarrierAndGivesPermitsBack() throws Exception {
    try (BalsaClient mortal = served.connect()) {
      LockGrant held = mortal.barrier("bar/dead").hold();
      LockGrant permit = mortal.semaphore("sem/dead", 1).acquire();
      CompletableFuture<Boolean> own = mortal.barrier("bar/dead").awaitAsync();
      CompletableFuture<Boolean> bounded = mortal.barrier("bar/dead").awaitAsync(LONG);
      List<String> told = new CopyOnWriteArrayList<>();
      held.onLost(told::add);
      permit.onLost(told::add);
      CompletableFuture<Boolean> passes = other.barrier("bar/dead").awaitAsync(LONG);
      CompletableFuture<LockGrant> next = other.semaphore("sem/dead", 1).acquireAsync(LONG);
      served.queued("bar/dead", 3);
      served.queued("sem/dead", 1);
      other.leases().revoke(held.sessionId());
      assertThat(ServedClients.soon(passes)).isTrue();
      assertThat(ServedClients.soon(next).token()).isGreaterThan(permit.token());
      Await.until("told", () -> told.size() == 2);
      assertThat(held.isHeld()).isFalse();
      assertThat(permit.isHeld()).isFalse();
      for (CompletableFuture<Boolean> ended : List.of(own, bounded)) {
        assertThatThrownBy(ended::join).as("nobody lifted it for them, and their time was not up")
            .hasCauseInstanceOf(LockNotObtainedException.class).hasMessageContaining("LOCK_REQUEST_ENDED");
      }
      next.join().release();
      mortal.semaphore("sem/dead", 1).acquire(LONG).release();
    }
  }

  // ---- the wrong ways

  @Test
  void whatMakesNoSenseIsTold() {
    assertThatThrownBy(() -> client.semaphore("s", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.semaphore("s", -3)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-3");
    assertThatThrownBy(() -> client.semaphore("", 1).acquire()).isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("LOCK_NAME_EMPTY");
    assertThatThrownBy(() -> client.barrier("").await()).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> client.barrier("").hold()).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> client.readWriteLock("").readLock().acquire()).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> client.readWriteLock("l").ownedBy("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.barrier("x".repeat(1025)).await(SHORT)).hasMessageContaining("1025");
    assertThatThrownBy(() -> client.barrier("b").await(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.semaphore("s", 1).acquire(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedClientSaysSo() throws Exception {
    BalsaClient closed = served.connect();
    LockGrant held = closed.barrier("bar/closed").hold();
    CompletableFuture<Boolean> waiting = closed.barrier("bar/closed").awaitAsync();
    closed.close();
    assertThat(held.isHeld()).isFalse();
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> closed.barrier("b").await()).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> closed.semaphore("s", 1).tryAcquire()).isInstanceOf(ClientClosedException.class);
    assertThatThrownBy(() -> closed.readWriteLock("l").writeLock().acquire())
        .isInstanceOf(ClientClosedException.class);
    assertThat(ServedClients.soon(other.barrier("bar/closed").awaitAsync(LONG))).as("closing lifts it").isTrue();
  }
}
