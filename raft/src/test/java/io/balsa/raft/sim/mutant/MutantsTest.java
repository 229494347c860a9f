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
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every seeded bug is found by the simulator, by an invariant that its file names. */
@Execution(ExecutionMode.SAME_THREAD)
class MutantsTest {
  private static final Path MUTANTS = Path.of("src/mutants");
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int SEEDS_MAX = Integer.getInteger("balsa.mutants.seeds", 200);

  @TempDir
  private Path directory;

  @TestFactory
  List<DynamicTest> everyMutantIsKilled() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(MUTANTS)) {
      for (Path file : files.sorted().toList()) {
        Patch patch = Patch.read(file);
        tests.add(DynamicTest.dynamicTest(patch.name(), () -> kill(patch)));
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(6);
    return tests;
  }

  private void kill(Patch patch) throws Exception {
    Path compiled = compile(patch);
    LongFunction<?> run = (LongFunction<?>) new MutantLoader(compiled, getClass().getClassLoader())
        .loadClass(MutantRun.class.getName()).getConstructor().newInstance();
    for (long seed = patch.firstSeed(); seed < patch.firstSeed() + SEEDS_MAX; seed++) {
      String killer = (String) run.apply(seed);
      if (!killer.isEmpty()) {
        System.out.println("mutant " + patch.name() + ": killed by " + killer + " at seed " + seed);
        assertThat(patch.caughtBy()).as(patch.why()).contains(killer);
        return;
      }
    }
    throw new AssertionError("survived " + SEEDS_MAX + " seeds: " + patch.why());
  }

  private Path compile(Patch patch) throws IOException {
    Path sources = Files.createDirectories(directory.resolve(patch.name() + "/java"));
    Path classes = Files.createDirectories(directory.resolve(patch.name() + "/classes"));
    List<String> arguments = new ArrayList<>(
        List.of("-nowarn", "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString()));
    for (Map.Entry<String, String> file : patch.apply(SOURCES).entrySet()) {
      Path source = sources.resolve(file.getKey());
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
