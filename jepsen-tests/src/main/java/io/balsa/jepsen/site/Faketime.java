package io.balsa.jepsen.site;

import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Wall clocks by libfaketime, which is loaded into a node's process before everything else and reads from a file how far the clock is
 * off. The monotonic clock is left alone, and so are the times of files.
 *
 * <p>Settings that a JVM needs: the library's "monotonic fix", made for an old libc, is off, or every timed wait on the monotonic clock
 * ends at once and the process is busy waiting. The file is read once a second, not at each look at the clock, which would be more work
 * than the server's own.
 */
final class Faketime implements WallClocks {
  private static final List<Path> DIRECTORIES = List.of(Path.of("/usr/lib/x86_64-linux-gnu/faketime"),
      Path.of("/usr/lib/aarch64-linux-gnu/faketime"), Path.of("/usr/lib/faketime"), Path.of("/usr/lib64/faketime"),
      Path.of("/usr/local/lib/faketime"));
  private static final String LIBRARY = "libfaketimeMT.so.1";
  private static final Path SHARED = Path.of("/dev/shm");
  private static final Duration SEEN_MOST = Duration.ofSeconds(20);
  private static final long OFF_BY_AT_MOST_SECONDS = 5;

  private final Path library;
  private final Path directory;

  private Faketime(Path library, Path directory) {
    this.library = library;
    this.directory = directory;
  }

  /**
   * Wall clocks that are right as yet.
   *
   * @param directory of a file a node; it is made
   * @return empty where the library is not installed
   */
  static Optional<Faketime> in(Path directory) {
    return DIRECTORIES.stream().map(each -> each.resolve(LIBRARY)).filter(Files::isReadable).findFirst()
        .map(library -> new Faketime(library, directory.toAbsolutePath()));
  }

  /** Variables of the node's process; they say nothing of its clock, the file does. */
  Map<String, String> environment(String node) {
    if (!Files.exists(file(node))) {
      write(node, Duration.ZERO);
    }
    return Map.of("LD_PRELOAD", library.toString(), "FAKETIME_TIMESTAMP_FILE", file(node).toString(),
        "FAKETIME_CACHE_DURATION", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0", "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        "DONT_FAKE_MONOTONIC", "1", "NO_FAKE_STAT", "1");
  }

  private Path file(String node) {
    return directory.resolve(node + ".clock");
  }

  @Override
  public void set(ServerProcess node, Duration by) {
    Await.until(SEEN_MOST, () -> !node.isAlive() || isLoadedIn(node), () -> node + " runs without " + library);
    write(node.id(), by);
    Await.until(SEEN_MOST, () -> Math.abs(offset(node.id()) - by.toSeconds()) <= OFF_BY_AT_MOST_SECONDS,
        () -> "a process with the clock of " + node.id() + " is off by " + offset(node.id()) + " s, not by " + by);
  }

  private boolean isLoadedIn(ServerProcess node) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(node.pid()), "maps"), StandardCharsets.ISO_8859_1)
          .contains(LIBRARY);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A reader meets the old file or the new one, never half of one. */
  private void write(String node, Duration by) {
    try {
      Files.createDirectories(directory);
      Path next = directory.resolve(node + ".next");
      Files.writeString(next, (by.isNegative() ? "" : "+") + by.toSeconds() + "\n");
      Files.move(next, file(node), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By how many seconds the clock is ahead of the machine's, for a process that begins now. */
  private long offset(String node) {
    ProcessBuilder date = new ProcessBuilder("date", "+%s").redirectErrorStream(true);
    date.environment().putAll(environment(node));
    try {
      Process process = date.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      if (!process.waitFor(SEEN_MOST.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("date under " + library + ": " + said);
      }
      return Long.parseLong(said) - System.currentTimeMillis() / 1000;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * Removes the shared memory that processes under the library leave behind when they are killed: it is named after the process, and
   * goes only if there is no such process.
   */
  static void removeLeftovers() {
    if (!Files.isDirectory(SHARED)) {
      return;
    }
    try (Stream<Path> found = Files.list(SHARED)) {
      for (Path path : found.filter(Faketime::isLeftOver).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLeftOver(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.matches("(sem\\.faketime_sem|faketime_shm)_\\d+")
        && !Files.exists(Path.of("/proc", name.substring(name.lastIndexOf('_') + 1)));
  }
}
