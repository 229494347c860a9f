package io.balsa.jepsen.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node keeps on disk: its log, and beside it its state in a directory {@code state-<index>}, where the index is that of the
 * snapshot which it was installed from (0: none).
 */
public final class NodeFiles {
  private static final Pattern STATE = Pattern.compile("state-([0-9]+)");

  private final Path group;

  private NodeFiles(Path group) {
    this.group = group;
  }

  /** Of a node. */
  public static NodeFiles of(ServerProcess node) {
    return new NodeFiles(node.data().resolve("group-0"));
  }

  /** The bytes of the log directory, as long as the files are. A file that goes meanwhile counts as gone. */
  public long logBytes() {
    return list(group.resolve("log")).stream().mapToLong(NodeFiles::size).sum();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Matcher state(Path path) {
    return STATE.matcher(String.valueOf(path.getFileName()));
  }

  private List<Path> states() {
    return list(group).stream().filter(Files::isDirectory).filter(path -> state(path).matches()).toList();
  }

  /** The index of the newest snapshot that was installed; 0: none was. */
  public long installed() {
    return states().stream().map(NodeFiles::state).filter(Matcher::matches)
        .mapToLong(state -> Long.parseLong(state.group(1))).max().orElse(0);
  }

  /** Whether a snapshot has begun to come in and is not installed yet. */
  public boolean isReceiving() {
    return Files.exists(group.resolve("INCOMING"));
  }

  /** Deletes the state of a node that does not run. */
  public void deleteState() {
    for (Path directory : states()) {
      try (Stream<Path> found = Files.walk(directory)) {
        for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Damages the state of a node that does not run: the middle of its largest file gets other bytes. */
  public void damageState() {
    Path file = states().stream().flatMap(directory -> list(directory).stream()).filter(Files::isRegularFile)
        .filter(path -> String.valueOf(path.getFileName()).endsWith(".sst"))
        .max(Comparator.comparingLong(NodeFiles::size))
        .orElseThrow(() -> new IllegalStateException("no table to damage in " + group));
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long middle = bytes.length() / 2;
      byte[] damage = new byte[(int) Math.min(64, bytes.length() - middle)];
      bytes.seek(middle);
      bytes.readFully(damage);
      for (int i = 0; i < damage.length; i++) {
        damage[i] = (byte) ~damage[i];
      }
      bytes.seek(middle);
      bytes.write(damage);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
