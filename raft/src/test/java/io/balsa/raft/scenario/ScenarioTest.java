package io.balsa.raft.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every story: a line of prose begins with {@code #}; a command is followed by {@code ----}, then by what the cores said,
 * then by an empty line.
 */
class ScenarioTest {
  private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");
  private static final boolean REWRITE = Boolean.getBoolean("balsa.scenarios.rewrite");

  @TestFactory
  List<DynamicTest> stories() throws IOException {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted()
          .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> tell(file))).toList();
    }
  }

  private static void tell(Path file) throws IOException {
    List<String> written = Files.readAllLines(file);
    List<String> told = run(written);
    if (REWRITE) {
      Files.write(file, told);
    } else {
      assertThat(told).as("%s; -Dbalsa.scenarios.rewrite=true writes it anew", file).isEqualTo(written);
    }
  }

  private static List<String> run(List<String> written) {
    ScenarioCluster cluster = new ScenarioCluster();
    List<String> told = new ArrayList<>();
    boolean inAnswer = false;
    boolean afterCommand = false;
    for (String line : written) {
      if (inAnswer) {
        inAnswer = !line.isEmpty();
      } else if (afterCommand && line.isEmpty()) {
        afterCommand = false; // not answered yet
      } else if (afterCommand && line.equals("----")) {
        afterCommand = false;
        inAnswer = true;
      } else if (line.isEmpty() || line.startsWith("#")) {
        told.add(line);
      } else {
        told.add(line);
        told.add("----");
        told.addAll(cluster.run(line));
        told.add("");
        afterCommand = true;
      }
    }
    return told;
  }
}
