package io.balsa.jepsen.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which sites can be had on this machine. Thread-safe. */
public final class Sites {
  /** Room for the logs and states of long runs; an image takes only what is written. */
  public static final long DISK_BYTES = 1L << 30;
  private static final long TRIED_BYTES = 16 << 20;

  private Sites() {}

  /** Why there can be no {@link NamespaceSite} here; empty if there can. It is tried. */
  public static Optional<String> canNamespaces() {
    Optional<String> lacking = lacking("ip", "tc", "nft", "nsenter");
    if (lacking.isPresent()) {
      return lacking;
    }
    try (NamespaceSite site = NamespaceSite.openBare()) {
      return site.network().can(Trouble.Cut.class) ? Optional.empty()
          : Optional.of("nftables cannot drop packets here");
    } catch (IllegalStateException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Why nodes can have no {@link Disks} here; empty if they can. It is tried. */
  public static Optional<String> canMount() {
    Optional<String> lacking = lacking("mkfs.ext4", "mount", "umount", "fsfreeze", "fallocate", "cp");
    if (lacking.isPresent()) {
      return lacking;
    }
    try {
      Path directory = Files.createTempDirectory("balsa-torture-");
      try (LoopDisk disk = LoopDisk.make(directory, RunName.own("trial").toString(), directory.resolve("n1"),
          TRIED_BYTES)) {
        disk.freeze();
        disk.thaw();
      } finally {
        deleteTree(directory);
      }
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this process is root's, on Linux. */
  public static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException e) {
      return false; // no Linux: nobody there can do what root can here
    }
  }

  private static Optional<String> lacking(String... programs) {
    if (!isRoot()) {
      return Optional.of("only root can, on Linux");
    }
    List<String> missing = Commands.missing(programs);
    return missing.isEmpty() ? Optional.empty() : Optional.of("not installed: " + String.join(", ", missing));
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
