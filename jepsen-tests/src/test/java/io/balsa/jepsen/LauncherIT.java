package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launch scripts, on a real cluster: standard output of {@code get} is the value and nothing else, whatever has to be built
 * before it and whoever calls it, and no start leaves anything behind in the folder for temporary files.
 */
class LauncherIT {
  private static final Path DIST = Path.of(System.getProperty("balsa.dist")).toAbsolutePath().normalize();
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final int NODES = 3;
  private static final String VALUE = "grüße, one  two";

  private static Path work = Path.of("");
  private static Path temporary = Path.of("");
  private static String endpoints = "";
  private static Command.@Nullable Running cluster;

  @BeforeAll
  static void startACluster(@TempDir Path directory) throws IOException {
    work = directory;
    // Another user has to reach what lies in it.
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    temporary = Files.createDirectory(work.resolve("tmp"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    int port = freePorts();
    endpoints = String.join(",", IntStream.rangeClosed(1, NODES).mapToObj(n -> "127.0.0.1:" + (port + n)).toList());
    cluster = Command.start(work, javaOptions(), words(DIST.resolve("bin/balsa"), "up", "--nodes", NODES, "--dir",
        work.resolve("data"), "--port", port));
    Await.until(Duration.ofMinutes(2), () -> balsa(DIST.resolve("bin/balsa"), "status").status() == 0,
        () -> "the cluster does not answer");
    assertThat(balsa(DIST.resolve("bin/balsa"), "put", "greeting", VALUE)).extracting(Command::status).isEqualTo(0);
  }

  @AfterAll
  static void stopIt() {
    if (cluster != null) cluster.close();
    assertThat(temporary).as("native libraries lie in the distribution").isEmptyDirectory();
  }

  @Test
  void getPrintsTheValueAndNothingElseWhateverIsBuiltBeforeIt() throws IOException {
    Path checkout = copyOfTheSources();
    Path balsa = checkout.resolve("balsa");
    // Two at once on a fresh clone: one builds, the other waits for it.
    try (Command.Running other = Command.start(work, javaOptions(), get(balsa))) {
      assertTheValue(balsa(balsa, "get", "greeting"));
      assertTheValue(other.await());
    }
    Command again = balsa(balsa, "get", "greeting");
    assertTheValue(again);
    assertThat(again.err()).as("nothing to build").isEmpty();

    Files.writeString(checkout.resolve("server/src/main/java/io/balsa/cli/package-info.java"), "// changed\n",
        StandardOpenOption.APPEND);
    Command rebuilt = balsa(balsa, "get", "greeting");
    assertTheValue(rebuilt);
    assertThat(rebuilt.err()).contains("building");
    try (Stream<Path> built = Files.list(checkout.resolve("target"))) {
      assertThat(built.filter(p -> p.getFileName().toString().startsWith("dist-")))
          .as("the old one stays for a cluster that runs from it").hasSize(2);
    }
  }

  @Test
  void aReadOnlyInstallationServesAnotherUser() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root may become another user");
    String version = System.getProperty("balsa.version");
    Path tarball = DIST.resolveSibling("balsa-" + version + ".tar.gz");
    assumeTrue(Files.exists(tarball), "a quick build packs none");
    Path install = Files.createDirectory(work.resolve("install"));
    assertThat(Command.run(install, Map.of(), words("tar", "xzf", tarball)).status()).isEqualTo(0);
    assertThat(Command.run(install, Map.of(), words("chmod", "-R", "a-w", install)).status()).isEqualTo(0);

    List<String> asNobody = words("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
    asNobody.addAll(get(install.resolve("balsa-" + version + "/bin/balsa")));
    Command got = Command.run(Path.of("/"), javaOptions(), asNobody);
    assertTheValue(got);
    assertThat(got.err()).isEmpty();
  }

  /** What is not there is not used, and what does not fit is turned down, both without a word: so it is demanded here. */
  @Test
  void verbsAndNodesStartFromClassDataOfTheirOwn() throws IOException {
    List<String> names;
    try (Stream<Path> archives = Files.list(DIST.resolve("lib/cds"))) {
      names = archives.map(archive -> archive.getFileName().toString()).toList();
    }
    assertThat(names.stream().map(name -> name.matches(".*-server[.](aot|jsa)"))).containsExactlyInAnyOrder(true,
        false);
    boolean aot = names.stream().anyMatch(name -> name.endsWith(".aot"));
    assertThat(helpWith("get", "-Xshare:on")).isEqualTo(0);
    assertThat(helpWith("server", aot ? "-XX:AOTMode=on" : "-Xshare:on")).isEqualTo(0);
    if (aot) {
      assertThat(helpWith("server", "-XX:AOTMode=on -XX:+UseZGC")).as("it is demanded: what does not fit is told")
          .isEqualTo(1);
    }
  }

  @Test
  void whoHasClassDataOfTheirOwnMayUseIt() {
    assertThat(helpWith("server", "-Xshare:off")).isEqualTo(0);
    assertThat(helpWith("server", "-XX:SharedArchiveFile=" + work.resolve("none.jsa"))).isEqualTo(0);
  }

  private int helpWith(String verb, String options) {
    return Command.run(work, Map.of("BALSA_JAVA_OPTS", options), words(DIST.resolve("bin/balsa"), verb, "--help"))
        .status();
  }

  /** The JVM would open its first file under that number, and a verb read it, or a log be written into it. */
  @Test
  void aStreamThatIsClosedIsNoFile() {
    for (String verb : List.of("txn", "put closed -")) {
      Command read = Command.run(work, javaOptions(),
          words("/bin/sh", "-c", DIST.resolve("bin/balsa") + " " + verb + " --endpoints " + endpoints + " <&-"));
      assertThat(read.status()).as(verb).isEqualTo(1);
      assertThat(read.err()).as(verb).contains("Bad file descriptor");
    }
    Command write = Command.run(work, javaOptions(),
        words("/bin/sh", "-c", DIST.resolve("bin/balsa") + " get greeting --endpoints " + endpoints + " >&-"));
    assertThat(write.status()).isEqualTo(1);
    assertThat(write.err()).contains("cannot write standard output");
    Command quiet = Command.run(work, javaOptions(),
        words("/bin/sh", "-c", DIST.resolve("bin/balsa") + " get greeting --endpoints " + endpoints + " 2>&-"));
    assertTheValue(quiet);
  }

  private static void assertTheValue(Command got) {
    assertThat(got.out()).as(got.err()).isEqualTo(VALUE);
    assertThat(got.status()).isEqualTo(0);
  }

  private static Command balsa(Path script, Object... words) {
    List<String> all = words(script);
    all.addAll(words(words));
    all.addAll(List.of("--endpoints", endpoints, "--timeout", "30s"));
    return Command.run(work, javaOptions(), all);
  }

  private static List<String> get(Path script) {
    return words(script, "get", "greeting", "--endpoints", endpoints, "--timeout", "30s");
  }

  private static Map<String, String> javaOptions() {
    return Map.of("BALSA_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
  }

  /** As a fresh clone has them, and nothing that was built. */
  private static Path copyOfTheSources() throws IOException {
    Path checkout = Files.createDirectory(work.resolve("checkout"));
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(Files::isRegularFile).map(ROOT::relativize).filter(LauncherIT::isSource).toList()) {
        Files.createDirectories(checkout.resolve(file).getParent());
        Files.copy(ROOT.resolve(file), checkout.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return checkout;
  }

  private static boolean isSource(Path file) {
    List<String> names = new ArrayList<>();
    file.forEach(p -> names.add(p.toString()));
    return !names.contains("target") && !names.contains(".git");
  }

  /** A port with {@link #NODES} free ones behind it, which is how {@code up} counts; below those that the kernel hands out. */
  private static int freePorts() throws IOException {
    for (int port = 21_000; port < 30_000; port += 10)
      if (areFree(port))
        return port;
    throw new IOException("no free ports between 21000 and 30000");
  }

  private static boolean areFree(int port) {
    for (int n = 1; n <= NODES; n++) {
      try (ServerSocket probe = new ServerSocket(port + n, 1, InetAddress.getLoopbackAddress())) {
        assertThat(probe.isBound()).isTrue();
      } catch (IOException inUse) {
        return false;
      }
    }
    return true;
  }

  private static List<String> words(Object... words) {
    return new ArrayList<>(Stream.of(words).map(Object::toString).toList());
  }
}
