package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.BalsaClient;
import io.balsa.client.lease.Lease;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.Distribution;
import io.balsa.junit.cluster.RealCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs until it is ended, ended by Ctrl-C; and what is read only in part. */
class InterruptIT {
  private static final int INTERRUPTED = 128 + 2;
  private static final int TERMINATED = 128 + 15;
  private static final Duration MOST = Duration.ofMinutes(1);

  private static RealCluster cluster;
  private static Path folder;

  @BeforeAll
  static void startTheCluster(@TempDir Path directory) {
    folder = directory;
    cluster = RealCluster.start(directory, 1);
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Whoever starts the tests in the background may have made their processes ignore Ctrl-C. */
  private static Command.Running start(Object... words) {
    List<String> all = Stream.concat(
        Stream.of("/usr/bin/env", "--default-signal=INT", Distribution.program().toString()),
        Arrays.stream(words).map(Object::toString)).toList();
    return Command.start(folder, Map.of("BALSA_ENDPOINTS", cluster.endpoints()), all);
  }

  /** Sends Ctrl-C as soon as it is under way; nothing is said on standard error. */
  private static Command interrupt(Command.Running running, BooleanSupplier underWay) {
    Await.until(MOST, () -> underWay.getAsBoolean() || !running.process().isAlive(),
        () -> running.words() + " does not get under way: " + said(running));
    assertThat(running.process().isAlive()).as("%s: %s", running.words(), said(running)).isTrue();
    running.signal("INT");
    Command end = running.await();
    assertThat(end.err().lines().filter(line -> !line.contains(" ops/s "))).as("%s", running.words()).isEmpty();
    return end;
  }

  private static String said(Command.Running running) {
    return read(running.out()) + read(running.err());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatWaitsOrMeasuresIsEndedAtOnceWithoutAWord() {
    Path locked = folder.resolve("locked");
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints());
        Lease lease = client.leases().grant(MOST);
        Command.Running watching = start("watch", "i/", "--from", client.kv().put("i/a", "1").revision());
        Command.Running keeping = start("lease", "keep-alive", lease.id(), "--timeout", "1m");
        Command.Running locking = start("lock", "--timeout", "1m", "i/l", "--", "/bin/sh", "-c",
            ": >" + locked + "; exec sleep 300");
        Command.Running loading = start("bench", "put", "--warmup", "0", "--seconds", "300", "--keys", "10",
            "--in-flight", "4", "--timeout", "1m")) {
      assertThat(interrupt(watching, () -> read(watching.out()).contains("i/a")).status()).isEqualTo(INTERRUPTED);
      assertThat(interrupt(keeping, () -> read(keeping.out()).contains("kept alive")).status()).isEqualTo(INTERRUPTED);
      // No terminal told the command: it is told to end, and its status is the program's.
      assertThat(interrupt(locking, () -> Files.exists(locked)).status()).isEqualTo(TERMINATED);
      Command load = interrupt(loading, () -> client.kv().get("bench/key/0000000001").isPresent());
      assertThat(load.status()).isEqualTo(INTERRUPTED);
      assertThat(load.out()).as("a measurement that is not over tells nothing").isEmpty();
    }
  }

  /** Not as killed: a stop that was asked for is a success. */
  @Test
  void nodesAreStoppedInOrder() {
    int port = UpIT.freePorts(1);
    try (Command.Running up = start("up", "--nodes", 1, "--dir", folder.resolve("up"), "--port", port)) {
      Command end = interrupt(up, () -> read(up.out()).contains("n1 leads"));
      assertThat(end.out()).endsWith("stopping\nall nodes are stopped\n");
      assertThat(end.status()).isZero();
    }
    // The node that it made, by itself.
    String address = "127.0.0.1:" + (port + 1);
    try (Command.Running server = start("server", "--id", "n1", "--data", folder.resolve("up/n1"), "--listen", address,
        "--cluster", "n1=" + address)) {
      Await.until(MOST, () -> said(server).contains("LEADER in term"), () -> said(server));
      server.signal("INT");
      Command end = server.await();
      assertThat(end.status()).as(end.err()).isZero();
      assertThat(end.out() + end.err()).doesNotContain("\tat ");
    }
  }

  /** A reader that has seen enough is no failure of anybody. */
  @Test
  void aReaderThatGoesAwayIsToldNothing() {
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      String value = "v".repeat(1 << 19);
      long revision = client.kv().put("i/large/1", value).revision();
      client.kv().put("i/large/2", value);
      for (String verb : List.of("range i/large/", "range i/large/ -o json", "get i/large/1",
          "watch i/large/ --from " + revision, "completion")) {
        Command end = Command.run(folder, Map.of("BALSA_ENDPOINTS", cluster.endpoints()), List.of("/bin/bash", "-c",
            Distribution.program() + " " + verb + " | head -c 10 | wc -c; exit ${PIPESTATUS[0]}"));
        assertThat(end.out().strip()).as(verb).isEqualTo("10");
        assertThat(end.err()).as(verb).isEmpty();
      }
    }
  }

  @Test
  void anOutputThatCannotBeWrittenIsToldOnce() {
    for (String verb : List.of("put i/full 1", "status", "watch --from 1 --limit 1", "completion", "--help",
        "--version",
        "get --help", "help get")) {
      Command end = Command.run(folder, Map.of("BALSA_ENDPOINTS", cluster.endpoints()),
          List.of("/bin/sh", "-c", Distribution.program() + " " + verb + " >/dev/full"));
      assertThat(end.err()).as(verb).isEqualTo("balsa: cannot write standard output: No space left on device\n");
      assertThat(end.status()).as(verb).isEqualTo(1);
    }
  }
}
