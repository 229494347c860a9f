package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.jepsen.workload.LockPasses;
import io.balsa.jepsen.workload.Outcome;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.Distribution;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Locks between processes and over failovers: one holder at a time, tokens that grow, and fences that hold. */
@Timeout(600)
class LockIT {
  private static final int ROUNDS = 4;
  private static final Duration MOST = Duration.ofSeconds(90);

  @TempDir
  private Path directory;

  /** A10, B5: the lock changes hands on and on, in order, whoever leads. */
  @Test
  void oneHolderAtATimeWhileLeadersAreKilled() throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        LockPasses passes = new LockPasses("baton", cluster.endpoints(), 8)) {
      passes.start();
      for (int round = 0; round < ROUNDS; round++) {
        passes.awaitMore(100, MOST);
        ServerProcess leader = cluster.awaitLeader();
        leader.kill();
        leader.awaitEnd(MOST);
        passes.awaitMore(50, MOST);
        leader.start();
        cluster.awaitReady();
      }
      passes.finish(MOST);
      try (BalsaClient reader = BalsaClient.connect(cluster.endpoints())) {
        assertThat(passes.check(reader.unaryKv())).isEmpty();
        assertThat(reader.locks().list("")).isEmpty();
      }
      System.out.println("LockIT: " + passes.count(Outcome.ACKNOWLEDGED) + " passes, unknown "
          + passes.count(Outcome.UNKNOWN) + ", not done " + passes.count(Outcome.NOT_DONE) + ", turns a client: "
          + passes.turns());
      assertThat(passes.count(Outcome.NOT_DONE)).as("nobody was turned away").isZero();
    }
  }

  /** A19, A24: a holder that stood still finds its lock gone, its command is ended, and its old token writes nothing. */
  @Test
  void aHolderThatStoodStillHasLostTheLockToTheNext() throws IOException, InterruptedException {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      Path held = directory.resolve("held");
      try (Command.Running holder = lock(cluster, "--ttl", "3s", "reports", "--", "/bin/sh", "-c",
          "echo $$ $BALSA_LOCK_TOKEN >" + held + "; exec sleep 300")) {
        String[] told = await(held).split(" ", 2);
        long sleeper = Long.parseLong(told[0]);
        long token = Long.parseLong(told[1]);
        client.kv().put("report", "1", PutOption.fencedBy("reports", token));

        holder.signal("STOP");
        try (LockGrant next = client.lock("reports").acquire(MOST)) {
          assertThat(next.token()).isGreaterThan(token);
          assertThatThrownBy(() -> client.kv().put("report", "late", PutOption.fencedBy("reports", token)))
              .isInstanceOfSatisfying(BalsaException.class, e -> assertThat(e.reason()).isEqualTo("FENCED"));
          client.kv().put("report", "2", PutOption.fencedBy(next));

          holder.signal("CONT");
          Command end = holder.await();
          assertThat(end.status()).as(end.err()).isEqualTo(126);
          assertThat(end.err()).startsWith("balsa: the lock 'reports' was lost").hasLineCount(1);
          assertThat(ProcessHandle.of(sleeper).map(ProcessHandle::isAlive).orElse(false)).isFalse();
          assertThat(next.isHeld()).isTrue();
        }
      }
      assertThat(client.kv().get("report").orElseThrow().utf8()).isEqualTo("2");
    }
  }

  /** A process that is killed keeps others waiting for its TTL, and no longer than that and a failover. */
  @Test
  void aHolderThatWasKilledIsSucceededAfterItsTtl() throws IOException {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      Path held = directory.resolve("held");
      try (Command.Running holder = lock(cluster, "--ttl", "3s", "reports", "--", "/bin/sh", "-c",
          "echo $$ $BALSA_LOCK_TOKEN >" + held + "; exec sleep 300")) {
        String[] told = await(held).split(" ", 2);
        assertThat(client.lock("reports").tryAcquire()).isEmpty();
        long killed = System.nanoTime();
        holder.process().destroyForcibly();
        try (LockGrant next = client.lock("reports").acquire(MOST)) {
          long waited = System.nanoTime() - killed;
          assertThat(next.token()).isGreaterThan(Long.parseLong(told[1]));
          // Its last renewal is at most a third of the TTL old when it is killed.
          assertThat(Duration.ofNanos(waited)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        } finally {
          // Nobody is left to end the command: only the token protects what it does.
          ProcessHandle.of(Long.parseLong(told[0])).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    }
  }

  private Command.Running lock(RealCluster cluster, String... arguments) {
    List<String> words = new ArrayList<>(List.of(Distribution.program().toString(), "lock"));
    words.addAll(List.of(arguments));
    return Command.start(directory, Map.of("BALSA_ENDPOINTS", cluster.endpoints()), words);
  }

  private static String await(Path file) {
    Await.until(MOST, () -> Files.exists(file) && read(file).endsWith("\n"), () -> file + " was not written");
    return read(file).strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
