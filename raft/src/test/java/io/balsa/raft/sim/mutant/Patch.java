package io.balsa.raft.sim.mutant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A unified diff with two lines before it: {@code # what the bug is} and {@code # caught by: names of invariants}; and, for a
 * rare one, {@code # first seed: N}, where the search begins.
 *
 * @param name     the file's, without its ending
 * @param why      what the bug is
 * @param caughtBy the invariants that may find it
 * @param firstSeed the seed to begin with
 * @param lines     of the diff
 */
record Patch(String name, String why, List<String> caughtBy, long firstSeed, List<String> lines) {
  static Patch read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String caughtBy = "# caught by: ";
    if (lines.size() < 3 || !lines.get(0).startsWith("# ") || !lines.get(1).startsWith(caughtBy)) {
      throw new IOException(file + " does not say what it breaks and what catches it");
    }
    String name = file.getFileName().toString().replace(".patch", "");
    String firstSeed = "# first seed: ";
    boolean saysWhere = lines.get(2).startsWith(firstSeed);
    return new Patch(name, lines.get(0).substring(2), List.of(lines.get(1).substring(caughtBy.length()).split(" ")),
        saysWhere ? Long.parseLong(lines.get(2).substring(firstSeed.length())) : 1,
        lines.subList(saysWhere ? 3 : 2, lines.size()));
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
    int at = source.indexOf(before);
    if (at < 0 || source.indexOf(before, at + 1) >= 0) {
      throw new IOException(name + " no longer applies to " + path + ": once there has to be\n" + before);
    }
    changed.put(path, source.substring(0, at) + after + source.substring(at + before.length()));
  }
}
