package io.balsa.jepsen.cluster;

import io.balsa.junit.cluster.ServerProcess;
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
 * What a node keeps on disk: its log, beside it its state in directories whose names begin with {@code state}, and a file {@code
 * CURRENT} that says which of them it uses and of which entry the snapshot was that it came from (0: of none).
 */
public final class NodeFiles {
  private static final Pattern INDEX = Pattern.compile("(?m)^index ([0-9]+)$");
  private static final Pattern DIRECTORY = Pattern.compile("(?m)^directory (.+)$");

  private static final String LOST_AND_FOUND = "lost+found";

  private final Path data;
  private final Path group;

  private NodeFiles(Path data) {
    this.data = data;
    this.group = data.resolve("group-0");
  }

  /** Of a node. */
  public static NodeFiles of(ServerProcess node) {
    return new NodeFiles(node.data());
  }

  /** The files of the log that hold entries, or are to, the oldest first. */
  public List<Path> segments() {
    return list(group.resolve("log")).stream()
        .filter(file -> String.valueOf(file.getFileName()).startsWith("segment")).sorted().toList();
  }

  /** The tables of the state in use, in which all that was flushed is. */
  public List<Path> tables() {
    String directory = directory();
    return directory.isEmpty() ? List.of()
        : list(group.resolve(directory)).stream()
            .filter(path -> String.valueOf(path.getFileName()).endsWith(".sst")).sorted().toList();
  }

  /** All that lies in the data directory, besides what belongs to its file system. */
  public List<Path> content() {
    return list(data).stream().filter(path -> !String.valueOf(path.getFileName()).equals(LOST_AND_FOUND)).toList();
  }

  /** Deletes all that a node that does not run has in its data directory, which itself stays. */
  public void wipe() {
    content().forEach(NodeFiles::delete);
  }

  /** The bytes of the log directory, as long as the files are. A file that goes meanwhile counts as gone. */
  public long logBytes() {
    return list(group.resolve("log")).stream().mapToLong(NodeFiles::size).sum();
  }

  /** Whether the log on disk begins behind its first segment: a node says so of itself before the file has gone. */
  public boolean isLogCutOff() {
    return !Files.exists(group.resolve("log").resolve("segment-000000000001"));
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

  private List<Path> states() {
    return list(group).stream().filter(Files::isDirectory)
        .filter(path -> String.valueOf(path.getFileName()).startsWith("state")).toList();
  }

  private String current(Pattern line) {
    try {
      Matcher matcher = line.matcher(Files.readString(group.resolve("CURRENT")));
      return matcher.find() ? matcher.group(1) : "";
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory in use; every snapshot that is installed has one of its own. */
  public String directory() {
    return current(DIRECTORY);
  }

  /** The last entry in the snapshot that the directory in use came from; 0: it came from none. */
  public long snapshot() {
    String index = current(INDEX);
    return index.isEmpty() ? 0 : Long.parseLong(index);
  }

  /** Whether a snapshot has begun to come in and is not installed yet. */
  public boolean isReceiving() {
    return Files.exists(group.resolve("INCOMING"));
  }

  /** Deletes the state of a node that does not run. */
  public void deleteState() {
    states().forEach(NodeFiles::delete);
  }

  /** Deletes the log of a node that does not run, directory and all. */
  public void deleteLog() {
    delete(group.resolve("log"));
  }

  private static void delete(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Damages the log of a node that does not run: a byte of the first batch of its oldest segment, behind which valid ones follow. */
  public void damageLog() {
    Path oldest = segments().stream().findFirst()
        .orElseThrow(() -> new IllegalStateException("no segment to damage in " + group));
    try (RandomAccessFile bytes = new RandomAccessFile(oldest.toFile(), "rw")) {
      bytes.seek(40);
      int before = bytes.read();
      bytes.seek(40);
      bytes.write(~before);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Damages the state of a node that does not run: the middle of its largest file gets other bytes. */
  public void damageState() {
    Path file = tables().stream()
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
