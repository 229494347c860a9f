package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Commands.Ended;
import io.balsa.jepsen.site.Mounts.Loop;
import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one node: an image file, with an ext4 of its own that is mounted through a loop device. The image is what has reached the
 * disk; what only the page cache of the mounted file system has is not in it. One thread.
 */
final class LoopDisk implements AutoCloseable {
  /**
   * The file system promises what POSIX does and is asked for no more: it commits its journal when it is told to and not every five
   * seconds, and a rename over another file does not flush what was written to the new one. Inode tables are not zeroed in the
   * background, for then the disk would never be quiet.
   */
  private static final String OPTIONS = "loop,commit=300,noauto_da_alloc,noinit_itable,noatime";
  /** What a process that was killed still has to do in the kernel before its files are closed. */
  private static final Duration BUSY_MOST = Duration.ofSeconds(30);
  private static final Duration QUIET_MOST = Duration.ofSeconds(30);
  /** A copy takes a second or less, and the kernel writes by itself every five. */
  private static final int COPIES_MOST = 10;
  private static final int FILL_ROUNDS = 5;
  /** A file system's own last reserve, and what a node frees while its disk is filled. */
  private static final long FILL_TOLERANCE = 1 << 20;

  private final Path directory;
  private final String name;
  private final Path point;
  private int copies;
  private Path image;
  private @Nullable FrozenDisk frozen;

  private LoopDisk(Path directory, String name, Path point) {
    this.directory = directory;
    this.name = name;
    this.point = point;
    this.image = imageOf(0);
  }

  /**
   * Makes an image, empty, and mounts it.
   *
   * @param directory of the image, which takes no room but what is written
   * @param name of the image: a {@link RunName#part part} of a run
   * @param point where to mount it; made if missing
   */
  static LoopDisk make(Path directory, String name, Path point, long bytes) {
    try {
      Files.createDirectories(point);
      LoopDisk disk = new LoopDisk(directory.toRealPath(), name, point.toRealPath());
      try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
        file.setLength(bytes);
      }
      Commands.run("mkfs.ext4", "-q", "-F", "-m", "0", "-i", "65536", "-E", "lazy_itable_init=0,lazy_journal_init=1",
          disk.image.toString());
      disk.mount();
      return disk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path imageOf(int copy) {
    return directory.resolve(name + "." + copy + ".img");
  }

  private void mount() {
    Commands.run("mount", "-t", "ext4", "-o", OPTIONS, image.toString(), point.toString());
    loop();
  }

  private Loop loop() {
    return Mounts.at(point).filter(found -> found.image().equals(image))
        .orElseThrow(() -> new IllegalStateException(image + " is not mounted at " + point));
  }

  /** Where it is mounted. */
  Path point() {
    return point;
  }

  void freeze() {
    if (frozen == null) {
      frozen = FrozenDisk.at(point);
    }
  }

  void thaw() {
    if (frozen != null) {
      frozen.end();
      frozen = null;
    }
  }

  /** Takes what is free, down to this many bytes, while others write. */
  void fill(long leave) {
    for (int round = 0; round < FILL_ROUNDS && free() > leave; round++) {
      Ended ended = Commands.attempt("fallocate", "-o", Long.toString(filled()), "-l", Long.toString(free() - leave),
          filler().toString());
      if (!ended.well() && !ended.output().contains("No space left")) {
        throw new IllegalStateException("cannot fill " + point + ": " + ended.output());
      }
    }
    if (free() > leave + FILL_TOLERANCE) {
      throw new IllegalStateException(point + " still has " + free() + " bytes free, not " + leave);
    }
  }

  private Path filler() {
    return point.resolve("filler");
  }

  private long filled() {
    try {
      return Files.exists(filler()) ? Files.size(filler()) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long free() {
    try {
      return Files.getFileStore(point).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A loss of power may have taken back already what was not synced: no failure. */
  void empty() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies the image as it is at one moment, while it is mounted. The kernel may write to it meanwhile by itself, old dirty pages for
   * one, and a copy that is half before and half after that is nothing a disk ever was: such a one is taken again.
   *
   * @return for {@link #goOnFrom}
   */
  Path copyAtOneMoment() {
    Loop loop = loop();
    Path copy = imageOf(copies + 1);
    for (int i = 0; i < COPIES_MOST; i++) {
      Await.until(QUIET_MOST, () -> DiskActivity.of(loop).inFlight() == 0, () -> image + " is being written");
      DiskActivity before = DiskActivity.of(loop);
      Commands.run("cp", "--sparse=always", image.toString(), copy.toString());
      if (before.inFlight() == 0 && before.equals(DiskActivity.of(loop))) {
        copies++;
        return copy;
      }
    }
    throw new IllegalStateException(image + " was written during each of " + COPIES_MOST + " copies");
  }

  /** Mounts the copy in the image's place; what the kernel still has to write goes to the old image, which is deleted. */
  void goOnFrom(Path copy) {
    unmount();
    delete(image);
    image = copy;
    mount();
  }

  private void unmount() {
    thaw();
    Loop loop = Mounts.at(point).orElse(null);
    if (loop == null) { // a mount that failed has been reported
      return;
    }
    StringBuilder why = new StringBuilder();
    Await.until(BUSY_MOST, () -> unmounted(point, why), () -> "umount " + point + ": " + why);
    Await.until(BUSY_MOST, () -> !Mounts.loops().contains(loop), () -> loop + " is not given up");
  }

  private static boolean unmounted(Path point, StringBuilder why) {
    Ended ended = Commands.attempt("umount", point.toString());
    why.setLength(0);
    why.append(ended.output());
    if (!ended.well() && !ended.output().contains("busy")) {
      throw new IllegalStateException("umount " + point + ": " + ended.output());
    }
    return ended.well();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unmounts and deletes it. */
  @Override
  public void close() {
    unmount();
    delete(image);
    delete(point);
  }
}
