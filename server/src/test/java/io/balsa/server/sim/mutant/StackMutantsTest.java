package io.balsa.server.sim.mutant;

import io.balsa.raft.sim.mutant.Mutants;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every seeded bug is found by the simulator of the whole stack, by an invariant that its file names. */
@Execution(ExecutionMode.SAME_THREAD)
class StackMutantsTest {
  @TempDir
  private Path directory;

  @TestFactory
  List<DynamicTest> everyMutantIsKilled() throws IOException {
    return new Mutants(Path.of("src/mutants"), Path.of(".."),
        name -> name.startsWith("io.balsa.") && !name.startsWith("io.balsa.proto."),
        "io.balsa.server.sim.StackMutantRun", Integer.getInteger("balsa.mutants.seeds", 200), directory).tests();
  }
}
