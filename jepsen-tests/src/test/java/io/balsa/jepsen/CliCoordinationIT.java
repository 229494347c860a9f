package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.client.BalsaClient;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lease.Lease;
import io.balsa.client.lock.LockGrant;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.Distribution;
import io.balsa.junit.cluster.RealCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link CliIT} for the verbs {@code txn}, {@code lock}, {@code lease}, {@code snapshot} and {@code watch}. */
class CliCoordinationIT {
  private static final int REFUSED = 1;
  private static final int NOT_OBTAINED = 125;
  private static final int LOST = 126;
  private static final Duration MOST = Duration.ofMinutes(1);

  private static RealCluster cluster;
  private static Program balsa;

  @TempDir
  private Path folder;

  @BeforeAll
  static void startTheCluster(@TempDir Path directory) {
    cluster = RealCluster.start(directory, 3);
    balsa = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Run done(String... arguments) {
    Run run = balsa.run(arguments);
    assertThat(run.err()).as(String.join(" ", arguments)).isEmpty();
    assertThat(run.status()).as(String.join(" ", arguments)).isZero();
    return run;
  }

  private static JsonNode json(String... arguments) throws IOException {
    return new ObjectMapper().readTree(done(arguments).outBytes());
  }

  /** One line on standard error, nothing on standard output. */
  private static String refused(int status, String... arguments) {
    Run run = balsa.run(arguments);
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    oneLine(run);
    return run.err();
  }

  private static void oneLine(Run run) {
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("balsa: ").doesNotContain("Exception").doesNotContain("\tat ");
  }

  private static Run txn(String script, String... arguments) {
    String[] all = Stream.concat(Stream.of("txn"), Stream.of(arguments)).toArray(String[]::new);
    return balsa.runWithInput(script.getBytes(StandardCharsets.UTF_8), all);
  }

  // ---- txn

  @Test
  void aTransactionDoesAllOfItsBranchAtOneRevision() throws IOException {
    Run first = txn("""
        # a new account
        missing txn/a
        then
        put txn/a 100
        incr txn/n 5
        get txn/a
        get txn/none
        range txn/ --limit=1
        del txn/none
        """);
    assertThat(first.err()).isEmpty();
    assertThat(first.status()).isZero();
    List<String> lines = first.out().lines().toList();
    assertThat(lines.getFirst()).matches("then  revision [0-9]+");
    assertThat(lines.subList(1, lines.size())).containsExactly("put txn/a", "incr txn/n\t5", "get txn/a\t100",
        "get txn/none  (no such key)", "range txn/  (1 of more)", "  txn/a\t100", "del txn/none\t0");

    Run otherwise = txn("missing txn/a\nthen\nput txn/a 1\nelse\nget txn/a\n", "-o", "json");
    assertThat(otherwise.status()).isEqualTo(REFUSED);
    oneLine(otherwise);
    JsonNode result = new ObjectMapper().readTree(otherwise.outBytes());
    assertThat(result.get("succeeded").asBoolean()).isFalse();
    assertThat(result.get("responses").get(0).get("keyValue").get("value").asText()).isEqualTo("100");
    assertThat(done("get", "txn/a").out()).isEqualTo("100");
    assertThat(json("get", "txn/a", "-o", "json").get("modRevision"))
        .isEqualTo(json("get", "txn/n", "-o", "json").get("modRevision"));
  }

  @Test
  void aTransactionOfWhichOneOperationFailsDoesNothing() {
    Run refused = txn("then\nput txn/half 1\nincr txn/half-n 1 --max=0\n");
    assertThat(refused.status()).isEqualTo(REFUSED);
    assertThat(refused.err()).contains("OVER_MAX");
    oneLine(refused);
    assertThat(balsa.run("get", "txn/half").status()).isEqualTo(REFUSED);

    Run twice = txn("then\nput txn/twice 1\nput txn/twice 2\n");
    assertThat(twice.status()).isEqualTo(REFUSED);
    assertThat(twice.err()).contains("DUPLICATE_KEY");
  }

  @Test
  void aScriptThatIsTooLongIsTurnedDown() {
    StringBuilder many = new StringBuilder("then\n");
    for (int i = 0; i < 513; i++) {
      many.append("get txn/").append(i).append('\n');
    }
    Run large = txn(many.toString());
    assertThat(large.status()).isEqualTo(REFUSED);
    assertThat(large.err()).contains("512").contains("513");
    oneLine(large);
  }

  // ---- lock

  private Command.Running start(String... arguments) {
    List<String> words = new ArrayList<>(List.of(Distribution.program().toString()));
    words.addAll(List.of(arguments));
    return Command.start(folder, Map.of("BALSA_ENDPOINTS", cluster.endpoints()), words);
  }

  @Test
  void aCommandUnderALockEndsWithItsOwnStatus() {
    assertThat(done("lock", "cli/l", "--", "/bin/echo", "-n", "--", "held").out()).isEqualTo("-- held");
    assertThat(balsa.run("lock", "cli/l", "--", "/bin/sh", "-c", "exit 7").status()).isEqualTo(7);
    assertThat(balsa.run("lock", "cli/l", "--", "/bin/sh", "-c", "kill -9 $$").status()).isEqualTo(128 + 9);
    assertThat(done("lock", "--list", "cli/l").out().lines()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void theCommandKnowsItsLockAndWritesFenced() {
    String program = Distribution.program().toString();
    Run fenced = balsa.run("lock", "cli/fence", "--", "/bin/sh", "-c", program
        + " put cli/fenced yes --fence $BALSA_LOCK_NAME:$BALSA_LOCK_TOKEN && echo $BALSA_LOCK_TOKEN");
    assertThat(fenced.status()).as(fenced.err()).isZero();
    String token = fenced.out().lines().toList().getLast();
    assertThat(done("get", "cli/fenced").out()).isEqualTo("yes");
    // The lock is free now: the token is worth nothing any more.
    assertThat(refused(REFUSED, "put", "cli/fenced", "no", "--fence", "cli/fence:" + token)).contains("FENCED");
    assertThat(refused(REFUSED, "del", "cli/fenced", "--fence", "cli/fence:" + token)).contains("FENCED");
    Run script = txn("then\nput cli/fenced no\n", "--fence", "cli/fence:" + token);
    assertThat(script.status()).isEqualTo(REFUSED);
    assertThat(script.err()).contains("FENCED");
    Run held = txn("held cli/fence " + token + "\nthen\nput cli/fenced no\n");
    assertThat(held.status()).isEqualTo(REFUSED);
    assertThat(done("get", "cli/fenced").out()).isEqualTo("yes");
  }

  @Test
  void aLockThatIsHeldIsNotObtainedAndItsQueueIsShown() throws IOException {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints());
        LockGrant grant = client.lock("cli/held").acquire(MOST)) {
      assertThat(refused(NOT_OBTAINED, "lock", "--timeout", "0", "cli/held", "--", "/bin/true")).contains("cli/held");
      assertThat(refused(NOT_OBTAINED, "lock", "--timeout", "300ms", "cli/held", "--", "/bin/true"))
          .contains("cli/held");
      try (Command.Running waiting = start("lock", "--timeout", "1m", "cli/held", "--", "/bin/echo", "at last")) {
        Await.until(MOST, () -> client.locks().describe("cli/held").orElseThrow().queue().size() == 1,
            () -> "nobody waits");
        JsonNode described = json("lock", "--describe", "cli/held", "-o", "json");
        assertThat(described.get("mode").asText()).isEqualTo("exclusive");
        assertThat(described.get("holders").get(0).get("token").asLong()).isEqualTo(grant.token());
        assertThat(described.get("queue")).hasSize(1);
        assertThat(done("lock", "--describe", "cli/held").out()).contains(Long.toString(grant.token()))
            .contains("wait");
        assertThat(json("lock", "--list", "cli/he", "-o", "json").get("locks")).hasSize(1);
        assertThat(done("lock", "--list").out()).contains("cli/held");
        Await.until(MOST, () -> read(waiting.err()).contains("waiting for the lock 'cli/held' for up to 1 min"),
            () -> "nothing is said about a wait of seconds");
        grant.release();
        Command end = waiting.await();
        assertThat(end.status()).as(end.err()).isZero();
        assertThat(end.out()).isEqualTo("at last\n");
      }
    }
    assertThat(refused(REFUSED, "lock", "--describe", "cli/held")).contains("cli/held");
  }

  @Test
  void sharersHoldALockTogetherUpToItsPermits() {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints());
        LockGrant one = client.lock("cli/shared").shared(2).acquire(MOST)) {
      assertThat(one.isHeld()).isTrue();
      assertThat(
          done("lock", "--timeout", "0", "--shared", "--permits", "2", "cli/shared", "--", "/bin/echo", "two").out())
          .isEqualTo("two\n");
      assertThat(refused(NOT_OBTAINED, "lock", "--timeout", "0", "--shared", "--permits", "3", "cli/shared", "--",
          "/bin/true")).contains("PERMITS_DIFFER");
      assertThat(refused(NOT_OBTAINED, "lock", "--timeout", "0", "cli/shared", "--", "/bin/true"))
          .contains("cli/shared");
    }
  }

  /** The command decides what a SIGTERM means, and has the lock until it has ended. */
  @Test
  void aSignalIsTheCommandsAndTheLockIsHeldUntilItHasEnded() throws IOException {
    Path ready = folder.resolve("ready");
    try (Command.Running run = start("lock", "cli/signal", "--", "/bin/sh", "-c",
        "trap 'echo ending; exit 9' TERM; echo ready >" + ready + "; while :; do sleep 0.05; done")) {
      Await.until(MOST, () -> Files.exists(ready), () -> "the command was not started");
      run.process().destroy();
      Command end = run.await();
      assertThat(end.status()).as(end.err()).isEqualTo(9);
      assertThat(end.out()).isEqualTo("ending\n");
    }
    assertThat(done("lock", "--timeout", "0", "cli/signal", "--", "/bin/echo", "free").out()).isEqualTo("free\n");
  }

  /** A shell that a SIGTERM ends does not end what it was waiting for: that would go on without the lock. */
  @Test
  void nothingOfTheCommandOutlivesTheLockWhenItIsToldToEnd() throws IOException {
    Path pid = folder.resolve("step");
    try (Command.Running run = start("lock", "cli/steps", "--", "/bin/sh", "-c",
        "/bin/sh -c 'echo $$ >" + pid + "; exec sleep 300'; echo next")) {
      Await.until(MOST, () -> Files.exists(pid) && read(pid).endsWith("\n"), () -> "the command was not started");
      run.process().destroy();
      Command end = run.await();
      assertThat(end.status()).as(end.err()).isEqualTo(128 + 15);
      assertThat(end.out()).isEmpty();
      assertThat(ProcessHandle.of(Long.parseLong(read(pid).strip())).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  /** A waiter that gives up leaves the queue at once, and is no obstacle for the next. */
  @Test
  void aWaiterThatIsEndedLeavesTheQueue() {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints());
        LockGrant grant = client.lock("cli/queue").acquire(MOST)) {
      assertThat(grant.isHeld()).isTrue();
      try (Command.Running waiting = start("lock", "--timeout", "1m", "cli/queue", "--", "/bin/true")) {
        Await.until(MOST, () -> client.locks().describe("cli/queue").orElseThrow().queue().size() == 1,
            () -> "nobody waits");
        waiting.process().destroy();
        assertThat(waiting.await().status()).isEqualTo(128 + 15);
      }
      Await.until(Duration.ofSeconds(5), () -> client.locks().describe("cli/queue").orElseThrow().queue().isEmpty(),
          () -> "the place in the queue is still taken");
    }
  }

  /** It was granted to a program that stood still until its session was over: the lock may be another's by now. */
  @Test
  void aLockThatWasLostBeforeItsCommandWasStartedStartsNothing() {
    Path started = folder.resolve("started");
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints());
        LockGrant grant = client.lock("cli/asleep").acquire(MOST)) {
      try (Command.Running waiting = start("lock", "--ttl", "2s", "--timeout", "1m", "cli/asleep", "--",
          "/usr/bin/touch",
          started.toString())) {
        Await.until(MOST, () -> client.locks().describe("cli/asleep").orElseThrow().queue().size() == 1,
            () -> "nobody waits");
        waiting.signal("STOP");
        grant.release();
        try (LockGrant next = client.lock("cli/asleep").acquire(MOST)) {
          waiting.signal("CONT");
          assertThat(waiting.await().status()).isIn(NOT_OBTAINED, LOST);
          assertThat(next.isHeld()).isTrue();
        }
      }
    }
    assertThat(started).doesNotExist();
  }

  // ---- lease

  @Test
  void aLeaseAndItsKeys() throws IOException {
    String id = done("lease", "grant", "1h").out().strip();
    assertThat(id).matches("[0-9]+");
    done("put", "cli/leased", "here", "--lease", id);
    assertThat(json("get", "cli/leased", "-o", "json").get("lease").asText()).isEqualTo(id);
    JsonNode ttl = json("lease", "ttl", id, "--keys", "-o", "json");
    assertThat(ttl.get("id").asText()).isEqualTo(id);
    assertThat(ttl.get("ttlMillis").asLong()).isEqualTo(3_600_000);
    assertThat(ttl.get("remainingMillis").asLong()).isBetween(3_000_000L, 3_600_000L);
    assertThat(ttl.get("keys").get(0).get("key").asText()).isEqualTo("cli/leased");
    assertThat(done("lease", "ttl", id, "--keys").out()).contains("cli/leased");
    assertThat(done("lease", "list").out()).contains(id);
    assertThat(json("lease", "list", "-o", "json").get("leases").findValuesAsText("id")).contains(id);
    assertThat(done("lease", "keep-alive", id, "--once").out()).contains("1 h");
    assertThat(done("lease", "revoke", id).out()).isEqualTo("1\n");
    assertThat(refused(REFUSED, "get", "cli/leased")).contains("cli/leased");
    for (String verb : List.of("ttl", "revoke")) {
      assertThat(refused(REFUSED, "lease", verb, id)).contains("LEASE_NOT_FOUND");
    }
    assertThat(refused(REFUSED, "lease", "keep-alive", id, "--once")).contains(id);
    assertThat(refused(REFUSED, "put", "cli/leased", "x", "--lease", id)).contains("LEASE_NOT_FOUND");
  }

  @Test
  void aLeaseThatNobodyRenewsTakesItsKeysWithIt() {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      String id = done("lease", "grant", "4s").out().strip();
      client.kv().put("cli/short", "lived", PutOption.lease(Long.parseLong(id)));
      Await.until(MOST, () -> client.kv().get("cli/short").isEmpty(), () -> "the key is still there");
      assertThat(refused(REFUSED, "lease", "ttl", id)).contains("LEASE_NOT_FOUND");
    }
  }

  @Test
  void aLeaseIsKeptAliveUntilItIsEnded() throws IOException {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      Duration ttl = Duration.ofSeconds(3);
      Lease lease = client.leases().grant(ttl);
      client.kv().put("cli/kept", "alive", PutOption.lease(lease));
      try (Command.Running keeping = start("lease", "keep-alive", Long.toString(lease.id()))) {
        Await.until(MOST, () -> read(keeping.out()).contains("is kept alive"), () -> "it is not kept alive");
        lease.detach(); // now only the program renews it
        long detached = System.nanoTime();
        Await.until(MOST, () -> System.nanoTime() - detached > ttl.toNanos() * 2, () -> "time stands still");
        assertThat(client.kv().get("cli/kept")).isPresent();
        assertThat(keeping.process().isAlive()).isTrue();
        client.leases().revoke(lease.id());
        Command end = keeping.await();
        assertThat(end.status()).as(end.err()).isEqualTo(REFUSED);
        assertThat(end.err()).startsWith("balsa: ").contains(Long.toString(lease.id())).hasLineCount(1);
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- snapshot

  @Test
  void aBackupIsSavedOnceAndVerified() throws IOException {
    done("put", "cli/backup", "in it");
    Path file = folder.resolve("backup");
    Run save = balsa.run("snapshot", "save", file.toString());
    assertThat(save.status()).as(save.err()).isZero();
    assertThat(save.out()).contains(file.toString());
    assertThat(refused(REFUSED, "snapshot", "save", file.toString())).contains("exists");
    assertThat(Files.exists(folder.resolve("backup.part"))).isFalse();
    JsonNode status = json("snapshot", "status", file.toString(), "-o", "json");
    assertThat(status.get("revision").asLong()).isPositive();
    assertThat(done("snapshot", "status", file.toString()).out()).contains(status.get("clusterId").asText());

    Path data = folder.resolve("data");
    done("snapshot", "restore", file.toString(), "--data", data.toString());
    assertThat(refused(REFUSED, "snapshot", "restore", file.toString(), "--data", data.toString()))
        .contains(data.toString());

    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length / 2] ^= 1;
    Path broken = Files.write(folder.resolve("broken"), damaged);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(damaged, damaged.length / 2));
    Path other = Files.writeString(folder.resolve("other"), "no backup at all");
    for (Path wrong : List.of(broken, cut, other, folder.resolve("missing"))) {
      assertThat(refused(REFUSED, "snapshot", "status", wrong.toString())).contains(wrong.toString());
      Path nowhere = folder.resolve("nowhere");
      assertThat(refused(REFUSED, "snapshot", "restore", wrong.toString(), "--data", nowhere.toString()))
          .contains(wrong.toString());
      assertThat(Files.exists(nowhere)).isFalse();
    }
    assertThat(refused(REFUSED, "snapshot", "save", folder.resolve("no/such/folder/b").toString()))
        .contains("no/such/folder");
  }

  @Test
  void watchPrintsWhatHappensUntilItIsEnded() throws Exception {
    done("put", "cliwatch/a", "1");
    long first = json("get", "cliwatch/a", "-o", "json").get("modRevision").asLong();
    done("put", "cliwatch/a", "2\t");
    done("put", "cli-other", "x");
    done("del", "cliwatch/a");
    String from = Long.toString(first);
    Run three = done("watch", "cliwatch/", "--from", from, "--limit", "3", "--previous");
    assertThat(three.out())
        .isEqualTo(first + "\tPUT\tcliwatch/a\t1\n" + (first + 1) + "\tPUT\tcliwatch/a\t2\\t\twas 1\n"
            + (first + 3) + "\tDELETE\tcliwatch/a\twas 2\\t\n");
    assertThat(done("watch", "--key", "cliwatch/a", "--from", from, "--limit", "1", "--deletes").out())
        .isEqualTo((first + 3) + "\tDELETE\tcliwatch/a\n");
    JsonNode put = json("watch", "cliwatch/", "--from", from, "--limit", "1", "-o", "json");
    assertThat(put.get("revision").asLong()).isEqualTo(first);
    assertThat(put.get("type").asText()).isEqualTo("PUT");
    assertThat(put.get("keyValue").get("value").asText()).isEqualTo("1");
    assertThat(
        json("watch", "cliwatch/", "--from", from, "--limit", "1", "-o", "json", "--deletes").get("key").asText())
        .isEqualTo("cliwatch/a");
  }

  @Test
  void nobodyWaitsLongerThanHeSaid() {
    Program nowhere = new Program().with("BALSA_ENDPOINTS", "127.255.255.254:7101");
    long asked = System.nanoTime();
    Run lock = nowhere.run("lock", "--timeout", "500ms", "l", "--", "/bin/echo", "no");
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).as("but for a JVM's start")
        .isLessThan(Duration.ofMillis(4_500));
    assertThat(lock.status()).isEqualTo(NOT_OBTAINED);
    assertThat(lock.out()).isEmpty();
    oneLine(lock);
  }
}
