package io.balsa.raft.sim.mutant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A unified diff with three lines before it: {@code # what the bug is}, {@code # caught by: names of invariants}, and
 * {@code # killed by: NAME at seed N}, which is written by a run with {@code -Dbalsa.mutants.update=true} and is where the next
 * one begins.
 *
 * @param name     the file's, without its ending
 * @param why      what the bug is
 * @param caughtBy the invariants that may find it
 * @param killedBy the one that did; "" before that is known
 * @param seed     at this seed; 1 before that is known
 * @param lines    of the diff
 */
public record Patch(String name, String why, List<String> caughtBy, String killedBy, long seed, List<String> lines) {
  private static final String CAUGHT_BY = "# caught by: ";
  private static final String KILLED_BY = "# killed by: ";
  private static final String AT_SEED = " at seed ";

  /** Those of a folder, by name. */
  public static List<Patch> readAll(Path folder) throws IOException {
    List<Patch> patches = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".patch")).sorted().toList()) {
        patches.add(read(file));
      }
    }
    return patches;
  }

  static Patch read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.size() < 3 || !lines.get(0).startsWith("# ") || !lines.get(1).startsWith(CAUGHT_BY)) {
      throw new IOException(file + " does not say what it breaks and what catches it");
    }
    String name = String.valueOf(file.getFileName()).replace(".patch", "");
    String killed = lines.get(2).startsWith(KILLED_BY) ? lines.get(2).substring(KILLED_BY.length()) : "";
    int at = killed.indexOf(AT_SEED);
    int headers = lines.get(2).startsWith("# ") ? 3 : 2;
    return new Patch(name, lines.get(0).substring(2), List.of(lines.get(1).substring(CAUGHT_BY.length()).split(" ")),
        at < 0 ? "" : killed.substring(0, at), at < 0 ? 1 : Long.parseLong(killed.substring(at + AT_SEED.length())),
        lines.subList(headers, lines.size()));
  }

  /** Writes down what killed it. */
  void write(Path folder, String killer, long atSeed) throws IOException {
    List<String> all = new ArrayList<>(
        List.of("# " + why, CAUGHT_BY + String.join(" ", caughtBy), KILLED_BY + killer + AT_SEED + atSeed));
    all.addAll(lines);
    Files.write(folder.resolve(name + ".patch"), all);
  }

  /** @return the changed files, by their path below {@code sources}; each hunk must stand in its file, word for word, once */
  Map<String, String> apply(Path sources) throws IOException {
    Map<String, String> changed = new LinkedHashMap<>();
    String path = "";
    StringBuilder before = new StringBuilder();
    StringBuilder after = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("--- ") || line.startsWith("@@ ")) {
        replace(changed, path, before.toString(), after.toString());
        before.setLength(0);
        after.setLength(0);
      } else if (line.startsWith("+++ b/")) {
        path = line.substring("+++ b/".length());
        changed.put(path, Files.readString(sources.resolve(path)));
      } else {
        String text = (line.isEmpty() ? "" : line.substring(1)) + "\n";
        before.append(line.startsWith("+") ? "" : text);
        after.append(line.startsWith("-") ? "" : text);
      }
    }
    replace(changed, path, before.toString(), after.toString());
    return changed;
  }

  private void replace(Map<String, String> changed, String path, String before, String after) throws IOException {
    if (before.isEmpty()) {
      return;
    }
    String source = changed.get(path);
    int at = source == null ? -1 : source.indexOf(before);
    if (source == null || at < 0 || source.indexOf(before, at + 1) >= 0) {
      throw new IOException(name + " no longer applies to " + path + ": once there has to be\n" + before);
    }
    changed.put(path, source.substring(0, at) + after + source.substring(at + before.length()));
  }
}
