package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.jepsen.cluster.Program;
import io.balsa.jepsen.cluster.Program.Run;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are started wrongly, on the wrong directory, or on a damaged one: each says why and what to do. */
class BadInputIT {
  private static final Duration END_MOST = Duration.ofSeconds(90);

  private static final String VALUE = "v".repeat(1000);

  @TempDir
  private Path directory;

  private final Program balsa = new Program();

  /** Ends with this status and one line that contains all of this. */
  private static void refuses(Run run, int status, String... parts) {
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(parts).doesNotContain("\tat ");
    assertThat(run.errLines().getLast()).startsWith("balsa: ");
  }

  /** A node that is started on what lies there ends by itself, and says all of this. */
  private static void refusesToStart(ServerProcess node, String... parts) {
    String before = node.logText();
    node.start();
    assertThat(node.awaitEnd(END_MOST)).as(node.logText()).isEqualTo(1);
    assertThat(node.logText().substring(before.length())).contains(parts).doesNotContain("\tat ");
  }

  private Run server(String id, Path data, String listen, String... more) {
    return balsa.run(Stream.concat(Stream.of("server", "--id", id, "--data", data.toString(), "--listen", listen),
        Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void aMalformedClusterIsWrongUsage() {
    Path data = directory.resolve("data");
    refuses(server("n1", data, "127.0.0.1:7101", "--cluster", "n1"), 2, "--cluster", "n1");
    refuses(server("n1", data, "127.0.0.1:7101", "--cluster", "n1=127.0.0.1:7101,n1=127.0.0.1:7102"), 2, "n1");
    refuses(server("n1", data, "127.0.0.1:7101", "--cluster", "n2=127.0.0.1:7102"), 2, "n1");
    refuses(server("n1", data, "127.0.0.1:x", "--cluster", "n1=127.0.0.1:7101"), 2, "--listen");
    refuses(server("n1", data, "127.0.0.1:7101"), 2, "--cluster");
    assertThat(data).doesNotExist();
  }

  @Test
  void aPortInUseIsTold() {
    try (RealCluster cluster = RealCluster.start(directory.resolve("one"), 1)) {
      String address = cluster.nodes().getFirst().address();
      refuses(server("x1", directory.resolve("other"), address, "--cluster", "x1=" + address), 1, address, "in use");
    }
  }

  @Test
  void twoServersOnOneDirectoryAreRefused() {
    try (RealCluster cluster = RealCluster.start(directory, 1)) {
      ServerProcess node = cluster.nodes().getFirst();
      refuses(server("n1", node.data(), "127.0.0.2:17101", "--cluster", "n1=127.0.0.2:17101"), 1,
          node.data().toString(),
          "in use", "pid " + node.pid());
    }
  }

  @Test
  void theDirectoryOfAnotherNodeIsRefused() {
    RealCluster cluster = RealCluster.start(directory, 1);
    cluster.close();
    refuses(server("n2", cluster.nodes().getFirst().data(), "127.0.0.2:17101", "--cluster", "n2=127.0.0.2:17101"), 1,
        "belongs to node n1", "--id n1");
  }

  @Test
  void theDirectoryOfAnotherClusterIsRefused() throws IOException {
    try (RealCluster ours = RealCluster.start(directory.resolve("ours"), 3);
        RealCluster theirs = RealCluster.start(directory.resolve("theirs"), 3)) {
      ServerProcess node = ours.node("n3");
      for (ServerProcess stopped : List.of(node, theirs.node("n3"))) {
        stopped.terminate();
        stopped.awaitEnd(END_MOST);
      }
      delete(node.data());
      copy(theirs.node("n3").data(), node.data());
      refusesToStart(node, "of another cluster", "--data");
    }
  }

  @Test
  void aKnownNodeWithAnEmptyDirectoryIsRefusedWithWhatToDo() throws IOException {
    try (RealCluster cluster = RealCluster.start(directory, 3)) {
      ServerProcess node = cluster.node("n2");
      node.terminate();
      node.awaitEnd(END_MOST);
      delete(node.data());
      refusesToStart(node, "n2", "incarnation", "balsa member remove n2", "balsa member add n2");
      // The others go on.
      try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
        client.kv().put("still", "here");
      }
    }
  }

  @Test
  void aLogThatWasTruncatedOrFlippedIsRefused() throws IOException {
    try (RealCluster cluster = written()) {
      ServerProcess node = cluster.nodes().getFirst();
      Path segment = find(node.data().resolve("group-0/log"), BadInputIT::isWritten);
      byte[] intact = Files.readAllBytes(segment);

      flip(segment, 4096 + 8); // in the head of an early batch: valid ones follow, so it is no torn tail (L2)
      refusesToStart(node, "corrupt", segment.getFileName().toString());

      Files.write(segment, intact);
      try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
        file.setLength(8192); // the marker and the state know of more
      }
      refusesToStart(node, "corrupt");

      Files.write(segment, intact);
      node.start();
      cluster.awaitReady();
      try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
        assertThat(client.kv().get("key-999").orElseThrow().utf8()).hasSize(VALUE.length());
      }
    }
  }

  /**
   * I3: log and hard state are whole, so the state comes back from them. Rows are checked when they are read: damage that no start
   * finds ends the process before it is believed, and the start after that one sets the state aside.
   */
  @Test
  void aStateThatWasFlippedIsSetAsideAndComesBackFromTheLog() throws IOException {
    try (RealCluster cluster = written()) {
      ServerProcess node = cluster.nodes().getFirst();
      Path table = find(node.data().resolve("group-0/state-0"), file -> file.toString().endsWith(".sst"));
      for (int offset = 64; offset < Files.size(table); offset += 512) {
        flip(table, offset);
      }
      String before = node.logText();
      node.start();
      Program client = new Program().with("BALSA_ENDPOINTS", cluster.endpoints());
      Await.until(END_MOST, () -> {
        if (!node.isAlive()) {
          node.start();
        }
        return client.run("range", "key-").status() == 0;
      }, node::logText);
      try (BalsaClient sdk = BalsaClient.connect(cluster.endpoints())) {
        for (int i = 0; i < 1000; i++) {
          assertThat(sdk.kv().get("key-" + i).orElseThrow().utf8()).isEqualTo(VALUE);
        }
      }
      assertThat(node.logText().substring(before.length())).contains("set its damaged state aside")
          .doesNotContain("\tat ");
      assertThat(node.data().resolve("group-0/state-0.corrupt")).isDirectory();
    }
  }

  /** A cluster of one with some data, stopped in order. */
  private RealCluster written() {
    RealCluster cluster = RealCluster.start(directory, 1);
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      CompletableFuture.allOf(IntStream.range(0, 1000).mapToObj(i -> client.kv().putAsync("key-" + i, VALUE))
          .toArray(CompletableFuture[]::new)).join();
    }
    ServerProcess node = cluster.nodes().getFirst();
    node.terminate();
    assertThat(node.awaitEnd(END_MOST)).as(node.logText()).isZero();
    return cluster;
  }

  @Test
  void aClientWhoseDeadlinePassesIsToldWhatItMayConclude() {
    try (RealCluster cluster = RealCluster.start(directory, 3);
        BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      client.kv().put("late", "first");
      client.unaryKv().put("late", "second");
      ServerProcess leader = cluster.awaitLeader();
      List<ServerProcess> followers = cluster.nodes().stream().filter(node -> node != leader).toList();
      followers.forEach(ServerProcess::pause);
      try {
        // The leader takes it into its log and cannot have it acknowledged: nobody knows what becomes of it.
        BalsaException late = catchThrowableOfType(BalsaException.class,
            () -> client.unaryKv().withTimeout(Duration.ofMillis(500)).put("late", "third"));
        assertThat(late.mayHaveBeenApplied()).as(late.getMessage()).isTrue();
        assertThat(late.reason()).isEqualTo("OUTCOME_UNKNOWN");

        for (String[] verb : List.of(new String[]{"put", "late", "fourth"}, new String[]{"get", "late"})) {
          Run run = new Program().with("BALSA_ENDPOINTS", leader.address())
              .run(Stream.concat(Stream.of(verb), Stream.of("--timeout", "700ms")).toArray(String[]::new));
          refuses(run, 3, "balsa: ");
          assertThat(run.errLines()).hasSize(1);
        }
      } finally {
        followers.forEach(ServerProcess::resume);
      }
      Await.until(END_MOST, () -> balsa.run("put", "late", "fifth", "--endpoints", cluster.endpoints()).status() == 0,
          cluster::describe);
    }
  }

  private static Path find(Path folder, Predicate<Path> wanted) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(wanted).min(Comparator.naturalOrder()).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether batches lie in it; the segment that is kept ready holds zeros. */
  private static boolean isWritten(Path segment) {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
      if (file.length() <= 2 * 4096) {
        return false;
      }
      file.seek(4096);
      return file.readInt() != 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flip(Path path, int offset) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(offset);
      int before = file.read();
      file.seek(offset);
      file.write(before ^ 1);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
