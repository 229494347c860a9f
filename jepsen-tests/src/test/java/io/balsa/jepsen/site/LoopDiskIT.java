package io.balsa.jepsen.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.balsa.junit.cluster.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a disk keeps when power fails, and what it does when it is full or frozen. */
@Timeout(300)
class LoopDiskIT {
  private static final long BYTES = 64 << 20;
  private static final int FILES = 200;
  private static final int FILE_BYTES = 10_000;

  @TempDir
  private Path directory;

  private LoopDisk disk;
  private Path root;

  @BeforeAll
  static void requireDisks() {
    Optional<String> reason = Sites.canMount();
    assumeTrue(reason.isEmpty(), () -> "no disks here: " + reason.orElseThrow());
  }

  @BeforeEach
  void make() {
    disk = LoopDisk.make(directory, RunName.own("disktest").part("n1"), directory.resolve("n1"), BYTES);
    root = disk.point();
  }

  @AfterEach
  void removeAll() throws IOException {
    disk.close();
    assertThat(Mounts.loops()).noneMatch(loop -> loop.image().startsWith(directory));
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private void losePower() {
    LoopDisks.losePowerOf(List.of(disk));
  }

  private static void write(Path file, String text, boolean sync) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
      if (sync) {
        channel.force(true);
      }
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Test
  void whatWasSyncedOutlivesALossOfPowerAndWhatWasNotDoesNot() throws IOException {
    write(root.resolve("synced"), "stays", true);
    syncDirectory(root);
    write(root.resolve("unsynced"), "goes", false);
    assertThat(root.resolve("unsynced")).hasContent("goes");

    losePower();

    assertThat(root.resolve("synced")).hasContent("stays");
    assertThat(root.resolve("unsynced")).doesNotExist();
  }

  @Test
  void anOverwriteThatWasNotSyncedIsUndone() throws IOException {
    write(root.resolve("file"), "as it was", true);
    syncDirectory(root);
    write(root.resolve("file"), "as it is!", false);

    losePower();

    assertThat(root.resolve("file")).hasContent("as it was");
  }

  @Test
  void aRenameIsLostWithoutASyncOfItsDirectory() throws IOException {
    write(root.resolve("new"), "whole", true);
    syncDirectory(root);
    Files.move(root.resolve("new"), root.resolve("final"));

    losePower();

    assertThat(root.resolve("new")).hasContent("whole");
    assertThat(root.resolve("final")).doesNotExist();
  }

  @Test
  void whoRenamesAFileOverAnotherAndDidNotSyncItMayFindItEmpty() throws IOException {
    write(root.resolve("file"), "old", true);
    write(root.resolve("file.new"), "new", false);
    Files.move(root.resolve("file.new"), root.resolve("file"), StandardCopyOption.REPLACE_EXISTING);
    syncDirectory(root);

    losePower();

    assertThat(root.resolve("file")).isEmptyFile();
  }

  @Test
  void powerFailsAgainAndAgainAndTheFileSystemIsSound() throws IOException {
    for (int i = 0; i < 5; i++) {
      write(root.resolve("synced" + i), "stays " + i, true);
      syncDirectory(root);
      write(root.resolve("unsynced" + i), "goes", false);
      losePower();
      for (int earlier = 0; earlier <= i; earlier++) {
        assertThat(root.resolve("synced" + earlier)).hasContent("stays " + earlier);
        assertThat(root.resolve("unsynced" + earlier)).doesNotExist();
      }
    }
    requireSound();
  }

  /** Its journal replayed, and every structure checked. */
  private void requireSound() throws IOException {
    Path copy = disk.copyAtOneMoment();
    Commands.attempt("e2fsck", "-f", "-p", "-E", "journal_only", copy.toString());
    Commands.Ended check = Commands.attempt("e2fsck", "-f", "-n", copy.toString());
    assertThat(check.status()).as(check.output()).isZero();
    Files.delete(copy);
  }

  @Test
  void aDiskThatIsWrittenToIsCopiedAsItWasAtOneMoment() throws IOException {
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
      try {
        for (int i = 0; i < FILES; i++) {
          write(root.resolve("f" + i), "x".repeat(FILE_BYTES), true);
          syncDirectory(root);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    Path copy = Await.present(Duration.ofMinutes(1), this::copyUnlessTooBusy, () -> "no copy");
    writer.join();
    disk.goOnFrom(copy);

    requireSound();
    List<Boolean> whole = IntStream.range(0, FILES).mapToObj(i -> isWhole(root.resolve("f" + i))).toList();
    assertThat(whole.subList(Math.max(0, whole.indexOf(false)), FILES)).as("of files that were synced one by one")
        .containsOnly(whole.contains(false) ? false : true);
  }

  private Optional<Path> copyUnlessTooBusy() {
    try {
      return Optional.of(disk.copyAtOneMoment());
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("was written during each");
      return Optional.empty();
    }
  }

  private static boolean isWhole(Path file) {
    try {
      return Files.exists(file) && Files.size(file) == FILE_BYTES;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFullDiskTakesNothingMoreUntilItIsEmptied() throws IOException {
    disk.fill(0);
    assertThat(disk.free()).isLessThan(1 << 20);
    Path file = root.resolve("large");
    byte[] block = new byte[2 << 20];
    assertThatThrownBy(() -> Files.write(file, block)).isInstanceOf(IOException.class).hasMessageContaining("No space");
    Files.deleteIfExists(file);

    disk.empty();

    Files.write(file, block);
    assertThat(disk.free()).isGreaterThan(BYTES / 2);
  }

  @Test
  void aDiskIsFilledDownToWhatIsLeft() {
    disk.fill(10 << 20);
    assertThat(disk.free()).isBetween(9L << 20, 11L << 20);
    disk.empty();
    disk.empty();
  }

  @Test
  void aSyncOnAFrozenDiskStallsUntilItIsThawed() throws IOException {
    write(root.resolve("before"), "x", true);
    disk.freeze();
    CompletableFuture<Void> sync = CompletableFuture.runAsync(() -> {
      try {
        write(root.resolve("file"), "y", true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    try {
      assertThatThrownBy(() -> Await.until(Duration.ofMillis(500), sync::isDone, () -> "stalls"))
          .hasMessageContaining("stalls");
    } finally {
      disk.thaw();
    }
    sync.orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(root.resolve("file")).hasContent("y");
  }
}
