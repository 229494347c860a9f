package io.balsa.raft.sim.mutant;

import io.balsa.raft.sim.Parts;
import io.balsa.raft.sim.SimResult;
import io.balsa.raft.sim.Simulation;
import java.time.Duration;
import java.util.function.LongFunction;

/** Runs one seed among mutated classes. Loaded by the mutant's class loader; only types of the JDK cross its border. */
public final class MutantRun implements LongFunction<String> {
  /** Short runs: a bug that needs long ones needs a better simulator. */
  private static final Duration SAFETY = Duration.ofSeconds(30);

  /** @return the invariant that was broken, or "" */
  @Override
  public String apply(long seed) {
    SimResult result = Simulation.run(seed, SAFETY, new Parts.Toy(), null);
    return result.violation() == null ? "" : result.violation().invariant();
  }
}
