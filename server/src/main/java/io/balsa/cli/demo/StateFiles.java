package io.balsa.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node keeps of its state on disk, beside its log: directories whose names begin with {@code state}, and a file {@code
 * CURRENT} that says which of them it uses and of which entry the snapshot was that it came from (0: of none).
 */
record StateFiles(Path group) {
  private static final Pattern INDEX = Pattern.compile("(?m)^index ([0-9]+)$");
  private static final Pattern DIRECTORY = Pattern.compile("(?m)^directory (.+)$");

  /** Of a node's data directory. */
  static StateFiles of(Path data) {
    return new StateFiles(data.resolve("group-0"));
  }

  private List<Path> directories() throws IOException {
    try (Stream<Path> found = Files.list(group)) {
      return found.filter(Files::isDirectory).filter(path -> String.valueOf(path.getFileName()).startsWith("state"))
          .toList();
    }
  }

  private String current(Pattern line) throws IOException {
    Matcher matcher = line.matcher(Files.readString(group.resolve("CURRENT")));
    return matcher.find() ? matcher.group(1) : "";
  }

  /** The directory in use; every snapshot that is installed has one of its own. */
  String directory() throws IOException {
    return current(DIRECTORY);
  }

  /** The last entry in the snapshot that the directory in use came from; 0: it came from none. */
  long snapshot() throws IOException {
    String index = current(INDEX);
    return index.isEmpty() ? 0 : Long.parseLong(index);
  }

  /** Whether the log on disk begins behind its first segment: a node says so of itself before the file has gone. */
  boolean isLogCutOff() {
    return !Files.exists(group.resolve("log").resolve("segment-000000000001"));
  }

  /**
   * Deletes the state; the log stays as it is.
   *
   * @return the files and bytes that are gone
   */
  Deleted delete() throws IOException {
    int files = 0;
    long bytes = 0;
    for (Path directory : directories()) {
      List<Path> all;
      try (Stream<Path> found = Files.walk(directory)) {
        all = found.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        if (Files.isRegularFile(path)) {
          files++;
          bytes += Files.size(path);
        }
        Files.delete(path);
      }
    }
    return new Deleted(files, bytes);
  }

  /** What is gone. */
  record Deleted(int files, long bytes) {}
}
