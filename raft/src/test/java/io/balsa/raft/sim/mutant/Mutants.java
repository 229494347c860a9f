package io.balsa.raft.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.DynamicTest;

/**
 * Seeded bugs as tests: each is to be found by a simulator, by an invariant that its file names. Those of a folder are run a few at
 * a time, each first at the seed that killed it last. {@code -Dbalsa.mutants.update=true} tries them from seed 1 on and writes down
 * in their files what kills them; {@code -Dbalsa.mutants.only=NAME,NAME} runs these alone.
 *
 * @param patches  the folder of the diffs
 * @param sources  what their paths lie below
 * @param anew     which classes are loaded for each mutant anew, by name: those mutated and all that use them
 * @param run      the name of a class among them that runs one seed: a {@code LongFunction<String>} that gives the invariant broken,
 *                 or ""
 * @param seedsMax after so many seeds a mutant has survived
 */
public record Mutants(Path patches, Path sources, Predicate<String> anew, String run, int seedsMax, Path directory) {
  private static final boolean UPDATE = Boolean.getBoolean("balsa.mutants.update");
  /** Names, to try these alone. */
  private static final String ONLY = System.getProperty("balsa.mutants.only", "");

  /** How one ended. */
  private record Kill(String killer, long seed, int seedsTried, long millis) {
  }

  public List<DynamicTest> tests() throws IOException {
    List<Patch> all = Patch.readAll(patches).stream()
        .filter(patch -> ONLY.isEmpty() || List.of(ONLY.split(",", -1)).contains(patch.name()))
        .toList();
    assertThat(all).isNotEmpty();
    MutantCompiler compiler = new MutantCompiler(sources, directory);
    ExecutorService workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    List<DynamicTest> tests = new ArrayList<>();
    for (Patch patch : all) {
      Future<Kill> kill = workers.submit(() -> kill(patch, compiler.compile(patch)));
      tests.add(DynamicTest.dynamicTest(patch.name(), () -> judge(patch, kill)));
    }
    workers.shutdown();
    return tests;
  }

  private void judge(Patch patch, Future<Kill> running) throws Exception {
    Kill kill;
    try {
      kill = running.get();
    } catch (ExecutionException e) {
      throw new AssertionError(patch.name() + ": " + e.getCause(), e.getCause());
    }
    assertThat(kill.killer).as("%s survived %d seeds: %s", patch.name(), seedsMax, patch.why()).isNotEmpty();
    System.out.printf("mutant %-45s killed by %-22s at seed %3d, %3d tried, %5d ms%n", patch.name(), kill.killer,
        kill.seed,
        kill.seedsTried, kill.millis);
    assertThat(patch.caughtBy()).as(patch.why()).contains(kill.killer);
    if (UPDATE) {
      patch.write(patches, kill.killer, kill.seed);
    }
  }

  private Kill kill(Patch patch, Path compiled) throws Exception {
    long begin = System.nanoTime();
    LongFunction<?> seeds = (LongFunction<?>) new MutantLoader(compiled, anew, getClass().getClassLoader())
        .loadClass(run).getConstructor().newInstance();
    List<Long> order = new ArrayList<>();
    if (!UPDATE) {
      order.add(patch.seed());
    }
    for (long seed = 1; seed <= seedsMax; seed++) {
      if (UPDATE || seed != patch.seed()) {
        order.add(seed);
      }
    }
    int tried = 0;
    for (long seed : order) {
      tried++;
      String killer = (String) seeds.apply(seed);
      if (!killer.isEmpty()) {
        return new Kill(killer, seed, tried, (System.nanoTime() - begin) / 1_000_000);
      }
    }
    return new Kill("", 0, tried, (System.nanoTime() - begin) / 1_000_000);
  }
}
