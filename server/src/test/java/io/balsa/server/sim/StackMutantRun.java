package io.balsa.server.sim;

import io.balsa.raft.sim.SimResult;
import io.balsa.raft.sim.Simulation;
import java.time.Duration;
import java.util.function.LongFunction;

/** Runs one seed among mutated classes. Loaded by the mutant's class loader; only types of the JDK cross its border. */
public final class StackMutantRun implements LongFunction<String> {
  /** Short runs: a bug that needs long ones needs a better simulator. */
  private static final Duration SAFETY = Duration.ofSeconds(20);

  /** @return the invariant that was broken, or "" */
  @Override
  public String apply(long seed) {
    SimResult result = Simulation.run(seed, SAFETY, new StackParts(), null);
    return result.violation() == null ? "" : result.violation().invariant();
  }
}
