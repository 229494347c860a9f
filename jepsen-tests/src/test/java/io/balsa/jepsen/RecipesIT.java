package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.recipe.Leader;
import io.balsa.client.recipe.Leadership;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Locks and recipes of programs that are stood still and killed. */
@Timeout(600)
class RecipesIT {
  private static final Duration TTL = Duration.ofSeconds(3);
  private static final Duration MOST = Duration.ofSeconds(90);

  @TempDir
  private Path directory;

  /** A19, A24, A26. */
  @Test
  void aProgramThatStoodStillBeyondItsLeaseIsFencedAndToldAndHarmsNobody() {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        Command.Running holder = Holder.start(directory, cluster.endpoints(), TTL)) {
      long token = holds(holder);
      assertThat(client.election("reports/election").leader()).map(Leader::value).contains("first");
      Await.until(MOST, () -> client.kv().get("reports/data").isPresent(), () -> "it has written nothing");

      holder.signal("STOP");
      try (LockGrant next = client.lock("reports/lock").acquire(MOST);
          Leadership leads = client.election("reports/election").campaign("second", MOST)) {
        assertThat(next.token()).isGreaterThan(token);
        client.kv().put("reports/data", "second", PutOption.fencedBy(next));
        Leader second = new Leader(leads.token(), "second");
        assertThat(client.election("reports/election").leader()).contains(second);

        holder.signal("CONT");
        Command end = holder.await();
        assertThat(end.status()).as(end.err()).isZero();
        List<String> said = end.out().lines().toList();
        assertThat(said.subList(1, 4)).containsExactly("refused: FENCED", "held: false false false false",
            "proclamation refused: FENCED");
        assertThat(said.subList(4, said.size())).as("onLost of all four").hasSize(4)
            .allMatch(line -> line.startsWith("lost: ") && line.length() > 6);

        assertThat(next.isHeld()).isTrue();
        assertThat(leads.isLeader()).isTrue();
        assertThat(client.election("reports/election").leader()).contains(second);
        assertThat(client.kv().get("reports/data").orElseThrow().utf8()).isEqualTo("second");
        client.kv().put("reports/data", "still second", PutOption.fencedBy(next));
      }
    }
  }

  /** B6, jetcd #291: those who wait are told, in their order, and whoever has given up is not in their way. */
  @Test
  void jetcd291_waitersAreToldWithinTheTtlWhenAHolderIsKilledAndWhoGaveUpIsInNobodysWay() throws Exception {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        BalsaClient other = BalsaClient.connect(cluster.endpoints());
        Command.Running holder = Holder.start(directory, cluster.endpoints(), TTL)) {
      long token = holds(holder);
      Duration hasty = Duration.ofMillis(300);
      List<CompletableFuture<?>> gaveUp = List.of(other.lock("reports/lock").acquireAsync(hasty),
          other.election("reports/election").campaignAsync("hasty", hasty),
          other.semaphore("reports/semaphore", 1).acquireAsync(hasty));
      CompletableFuture<Boolean> gaveUpWaiting = other.barrier("reports/barrier").awaitAsync(hasty);
      queued(client, 4);
      CompletableFuture<LockGrant> lock = client.lock("reports/lock").acquireAsync();
      CompletableFuture<Leadership> election = client.election("reports/election").campaignAsync("second");
      CompletableFuture<LockGrant> permit = client.semaphore("reports/semaphore", 1).acquireAsync();
      List<CompletableFuture<Boolean>> barrier = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        barrier.add(other.barrier("reports/barrier").awaitAsync());
      }
      for (CompletableFuture<?> one : gaveUp) {
        assertThatThrownBy(one::join).hasCauseInstanceOf(LockNotObtainedException.class);
      }
      assertThat(gaveUpWaiting.get(30, TimeUnit.SECONDS)).isFalse();
      queued(client, 3 + 10);

      long killed = System.nanoTime();
      holder.process().destroyForcibly();
      assertThat(lock.get(MOST.toSeconds(), TimeUnit.SECONDS).token()).isGreaterThan(token);
      Duration waited = Duration.ofNanos(System.nanoTime() - killed);
      Leadership leads = election.get(10, TimeUnit.SECONDS);
      permit.get(10, TimeUnit.SECONDS).release();
      for (CompletableFuture<Boolean> passed : barrier) {
        assertThat(passed.get(10, TimeUnit.SECONDS)).isTrue();
      }
      System.out.println("RecipesIT: told " + waited.toMillis() + " ms after the kill, TTL " + TTL.toMillis() + " ms");
      // Its last renewal is at most a third of the TTL old when it is killed; nothing is polled, so nothing is added but a busy machine.
      assertThat(waited).isBetween(TTL.dividedBy(3), TTL.plusSeconds(5));
      assertThat(other.election("reports/election").leader()).contains(new Leader(leads.token(), "second"));
      leads.resign();
      lock.join().release();
      assertThat(holder.await().status()).isEqualTo(128 + 9);
      Await.until(MOST, () -> client.locks().list("reports/").isEmpty(), () -> "something is left over");
    }
  }

  /** A failover takes no place and no grant away. */
  @Test
  void recipesLastThroughFailovers() throws Exception {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints());
        BalsaClient other = BalsaClient.connect(cluster.endpoints())) {
      Leadership leads = client.election("e").campaign("first");
      LockGrant permit = client.semaphore("s", 1).acquire();
      LockGrant held = client.barrier("b").hold();
      CompletableFuture<Leadership> candidate = other.election("e").campaignAsync("second");
      CompletableFuture<LockGrant> next = other.semaphore("s", 1).acquireAsync();
      CompletableFuture<Boolean> waiting = other.barrier("b").awaitAsync();
      for (int round = 0; round < 2; round++) {
        ServerProcess leader = cluster.awaitLeader();
        leader.kill();
        leader.awaitEnd(MOST);
        leads.proclaim("first, round " + round);
        assertThat(other.election("e").leader()).contains(new Leader(leads.token(), "first, round " + round));
        assertThat(candidate).isNotDone();
        assertThat(next).isNotDone();
        assertThat(waiting).isNotDone();
        leader.start();
        cluster.awaitReady();
      }
      assertThat(leads.isLeader() && permit.isHeld() && held.isHeld()).isTrue();
      leads.resign();
      permit.release();
      held.release();
      assertThat(candidate.get(30, TimeUnit.SECONDS).token()).isGreaterThan(leads.token());
      assertThat(other.election("e").leader()).map(Leader::value).contains("second");
      next.get(30, TimeUnit.SECONDS).release();
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void queued(BalsaClient client, int requests) {
    Await.until(MOST,
        () -> client.locks().list("reports/").stream().mapToInt(lock -> lock.queue().size()).sum() == requests,
        () -> requests + " were to wait: " + client.locks().list("reports/"));
  }

  /** Waits until it holds all, and returns the token of its lock. */
  private static long holds(Command.Running holder) {
    Await.until(MOST, () -> read(holder.out()).contains("\n"), () -> "it does not hold: " + read(holder.err()));
    return Long.parseLong(read(holder.out()).lines().findFirst().orElseThrow().replace("holds ", ""));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
