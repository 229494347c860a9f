package io.balsa.raft.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Seeded bugs as tests: each is to be found by a simulator, by an invariant that its file names.
 *
 * @param patches   the folder of the diffs
 * @param sources   what their paths lie below
 * @param anew      which classes are loaded for each mutant anew, by name: those mutated and all that use them
 * @param run       the name of a class among them that runs one seed: a {@code LongFunction<String>} that gives the invariant broken,
 *                  or ""
 * @param seedsMax  after so many seeds a mutant has survived
 * @param directory for what is compiled
 */
public record Mutants(Path patches, Path sources, Predicate<String> anew, String run, int seedsMax, Path directory) {
  /** Names, to try these alone. */
  private static final String ONLY = System.getProperty("balsa.mutants.only", "");

  public List<DynamicTest> tests() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(patches)) {
      for (Path file : files.sorted().toList()) {
        Patch patch = Patch.read(file);
        if (ONLY.isEmpty() || List.of(ONLY.split(",", -1)).contains(patch.name())) {
          tests.add(DynamicTest.dynamicTest(patch.name(), () -> kill(patch)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(ONLY.isEmpty() ? 6 : 1);
    return tests;
  }

  private void kill(Patch patch) throws Exception {
    Path compiled = compile(patch);
    LongFunction<?> seeds = (LongFunction<?>) new MutantLoader(compiled, anew, getClass().getClassLoader())
        .loadClass(run).getConstructor().newInstance();
    for (long seed = patch.firstSeed(); seed < patch.firstSeed() + seedsMax; seed++) {
      String killer = (String) seeds.apply(seed);
      if (!killer.isEmpty()) {
        System.out.println("mutant " + patch.name() + ": killed by " + killer + " at seed " + seed);
        assertThat(patch.caughtBy()).as(patch.why()).contains(killer);
        return;
      }
    }
    throw new AssertionError("survived " + seedsMax + " seeds: " + patch.why());
  }

  private Path compile(Patch patch) throws IOException {
    Path java = Files.createDirectories(directory.resolve(patch.name() + "/java"));
    Path classes = Files.createDirectories(directory.resolve(patch.name() + "/classes"));
    List<String> arguments = new ArrayList<>(
        List.of("-nowarn", "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()));
    for (Map.Entry<String, String> file : patch.apply(sources).entrySet()) {
      Path source = java.resolve(file.getKey());
      Files.createDirectories(source.getParent());
      Files.writeString(source, file.getValue());
      arguments.add(source.toString());
    }
    StringWriter messages = new StringWriter();
    boolean done = ToolProvider.findFirst("javac").orElseThrow().run(new PrintWriter(messages),
        new PrintWriter(messages),
        arguments.toArray(String[]::new)) == 0;
    assertThat(done).as("%s compiles: %s", patch.name(), messages).isTrue();
    return classes;
  }
}
