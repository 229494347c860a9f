package io.balsa.raft.sim.mutant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,\\d+)? \\+\\d+(?:,\\d+)? @@.*");

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

  /** @return the changed files, by their path below {@code sources}; every line of context must be as the diff says */
  Map<String, String> apply(Path sources) throws IOException {
    Map<String, String> changed = new LinkedHashMap<>();
    List<String> original = List.of();
    List<String> result = new ArrayList<>();
    String path = "";
    int at = 0;
    for (String line : lines) {
      Matcher hunk = HUNK.matcher(line);
      if (line.startsWith("--- ")) {
        finish(changed, path, original, result, at);
      } else if (line.startsWith("+++ b/")) {
        path = line.substring("+++ b/".length());
        original = Files.readAllLines(sources.resolve(path));
        result = new ArrayList<>();
        at = 0;
      } else if (hunk.matches()) {
        int from = Integer.parseInt(hunk.group(1)) - 1;
        result.addAll(original.subList(at, from));
        at = from;
      } else if (line.startsWith("+")) {
        result.add(line.substring(1));
      } else {
        String expected = line.isEmpty() ? "" : line.substring(1);
        if (at >= original.size() || !original.get(at).equals(expected)) {
          throw new IOException(
              name + " no longer applies: line " + (at + 1) + " of " + path + " is not <" + expected + ">");
        }
        if (!line.startsWith("-")) {
          result.add(original.get(at));
        }
        at++;
      }
    }
    finish(changed, path, original, result, at);
    return changed;
  }

  private static void finish(Map<String, String> changed, String path, List<String> original, List<String> result,
      int at) {
    if (!path.isEmpty()) {
      result.addAll(original.subList(at, original.size()));
      changed.put(path, String.join("\n", result) + "\n");
    }
  }
}
