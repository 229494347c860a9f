package io.balsa.raft.sim.mutant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every seeded bug is found by the simulator, by an invariant that its file names. */
@Execution(ExecutionMode.SAME_THREAD)
class MutantsTest {
  @TempDir
  private Path directory;

  @TestFactory
  List<DynamicTest> everyMutantIsKilled() throws IOException {
    return new Mutants(Path.of("src/mutants"), Path.of("src/main/java"), name -> name.startsWith("io.balsa.raft."),
        MutantRun.class.getName(), Integer.getInteger("balsa.mutants.seeds", 200), directory).tests();
  }
}
