package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.cluster.Program;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code balsa up}: a node that dies is started again, a stop stops all, and the data is there the next time. */
class UpIT {
  private static final Duration MOST = Duration.ofMinutes(3);
  private static final Pattern STARTED = Pattern
      .compile("(?m)^(n[0-9])  127\\.0\\.0\\.1:[0-9]+  pid ([0-9]+)  log .+$");

  @TempDir
  private Path directory;

  private int port;
  private Process up;
  private Path output;
  private Program balsa;

  @BeforeEach
  void start() {
    port = freePorts(3);
    balsa = new Program().with("BALSA_ENDPOINTS", "127.0.0.1:" + (port + 1) + "," + (port + 2) + "," + (port + 3));
    up = startUp();
  }

  @AfterEach
  void stop() throws InterruptedException {
    up.destroy();
    if (!up.waitFor(90, TimeUnit.SECONDS)) {
      up.destroyForcibly();
    }
  }

  private Process startUp() {
    try {
      output = Files.createTempFile(directory, "up", ".out");
      return new ProcessBuilder(Distribution.program().toString(), "up", "--nodes", "3", "--dir",
          directory.resolve("data").toString(), "--port", Integer.toString(port)).redirectErrorStream(true)
          .redirectOutput(output.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port with so many free ones above it, below the range that the kernel gives to connections. */
  static int freePorts(int above) {
    Random random = new Random();
    return IntStream.generate(() -> 15_000 + random.nextInt(15_000)).limit(1000)
        .filter(base -> IntStream.rangeClosed(base + 1, base + above).allMatch(UpIT::isFree)).findFirst().orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String printed() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitPrinted(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    Await.until(MOST, () -> wanted.matcher(printed()).find(), () -> "'" + pattern + "' is not in:\n" + printed());
  }

  /** The pids of this node over its runs, as printed. */
  private List<Long> pids(String id) {
    return STARTED.matcher(printed()).results().filter(match -> match.group(1).equals(id))
        .map((MatchResult match) -> Long.parseLong(match.group(2))).toList();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void aNodeThatDiesIsStartedAgainAndAStopStopsAll() throws InterruptedException {
    awaitPrinted("n[123] leads");
    Await.until(MOST, () -> balsa.run("put", "up/key", "kept").status() == 0, this::printed);
    assertThat(printed()).contains("endpoints 127.0.0.1:" + (port + 1));

    long victim = pids("n2").getFirst();
    ProcessHandle.of(victim).orElseThrow().destroyForcibly();
    awaitPrinted("n2 ended, killed by signal 9; it starts again");
    Await.until(MOST, () -> pids("n2").size() == 2, this::printed);
    Await.until(MOST, () -> balsa.run("status", "-o", "json").out().split("\"healthy\":true", -1).length == 4,
        () -> balsa.run("status").out() + printed());

    List<Long> running = List.of(pids("n1").getLast(), pids("n2").getLast(), pids("n3").getLast());
    assertThat(running).allMatch(UpIT::runs);
    up.destroy();
    assertThat(up.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).as(printed()).isZero();
    assertThat(running).noneMatch(UpIT::runs);
    assertThat(printed()).endsWith("all nodes are stopped\n").doesNotContain("was killed\n");

    up = startUp();
    awaitPrinted("n[123] leads");
    Await.until(MOST, () -> balsa.run("get", "up/key").out().equals("kept"), this::printed);
  }

  @Test
  void whatCannotBeStartedIsToldInOneLine() throws IOException {
    awaitPrinted("n[123] leads");
    Program.Run again = new Program().run("up", "--dir", directory.resolve("data").toString(), "--port", "" + port);
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.errLines()).hasSize(1);
    assertThat(again.err()).contains("another 'balsa up' runs on");

    Path other = Files.createDirectory(directory.resolve("other"));
    Program.Run taken = new Program().run("up", "--dir", other.toString(), "--port", Integer.toString(port));
    assertThat(taken.status()).isEqualTo(1);
    assertThat(taken.errLines()).hasSize(1);
    assertThat(taken.err()).contains("port " + (port + 1) + " is in use");
  }
}
