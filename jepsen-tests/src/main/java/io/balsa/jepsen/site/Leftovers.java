package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Commands.Ended;
import io.balsa.jepsen.site.Mounts.Loop;
import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs left behind whose process was killed: file systems and images, processes in their namespaces, the namespaces and with them
 * all links. It is known by its name, see {@link RunName}; what a live run has, and what bears no such name, is not touched.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  private static final Path NAMESPACES = Path.of("/run/netns");
  /** A server that was started with --stop-with-parent needs some seconds to stop. */
  private static final Duration END_MOST = Duration.ofSeconds(30);

  private Leftovers() {}

  /**
   * Removes it. Needs root.
   *
   * @throws IllegalStateException something is still there
   */
  static void remove() {
    List<Loop> disks = Mounts.loops().stream().filter(loop -> isLeft(loop.image().getFileName())).toList();
    List<String> namespaces = Namespace.names().stream().filter(name -> isLeft(Path.of(name))).toList();
    disks.forEach(Leftovers::thaw);
    namespaces.forEach(Leftovers::killAllIn);
    disks.forEach(Leftovers::remove);
    namespaces.forEach(Leftovers::remove);
  }

  private static boolean isLeft(Path name) {
    return Optional.ofNullable(name).flatMap(file -> RunName.of(file.toString())).filter(run -> !run.isAlive())
        .isPresent();
  }

  /** First of all: no process ends that waits for a frozen file system. One that is not frozen refuses. */
  private static void thaw(Loop disk) {
    Mounts.pointsOf(disk).forEach(point -> Commands.attempt("fsfreeze", "-u", point.toString()));
  }

  private static void killAllIn(String namespace) {
    Await.until(END_MOST, () -> {
      List<ProcessHandle> processes = Namespace.processesIn(namespace);
      processes.forEach(ProcessHandle::destroyForcibly);
      return processes.isEmpty();
    }, () -> "processes in " + namespace + " do not end");
  }

  private static void remove(Loop disk) {
    LOG.info("a run that was killed left {}: removed", disk.image());
    for (Path point : Mounts.pointsOf(disk)) {
      unmount(disk, point);
    }
    Await.until(END_MOST, () -> !Mounts.loops().contains(disk), () -> disk + " is not given up");
    deleteImages(disk.image());
  }

  private static void unmount(Loop disk, Path point) {
    Await.until(END_MOST, () -> {
      Ended ended = Commands.attempt("umount", point.toString());
      return ended.well() || !Mounts.pointsOf(disk).contains(point); // another run that starts removes as well
    }, () -> disk.image() + " at " + point + " is in use: fuser -m " + point + " says by whom");
  }

  /** Of a node, and all that a loss of power, cut short, may have left beside it. */
  private static void deleteImages(Path image) {
    Path directory = image.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(file -> isLeft(file.getFileName())).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(String namespace) {
    LOG.info("a run that was killed left the namespace {}: removed", namespace);
    Ended ended = Commands.attempt("ip", "netns", "delete", namespace);
    if (!ended.well() && Files.exists(NAMESPACES.resolve(namespace))) {
      throw new IllegalStateException("cannot remove the namespace " + namespace + ": " + ended.output());
    }
  }
}
