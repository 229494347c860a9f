package io.balsa.server.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.sim.mutant.Patch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The table of mutants in docs/consensus.md is what their files say: which bug, what killed it last, at which seed.
 * {@code -Dbalsa.mutants.update=true} writes it there.
 */
class MutantTableTest {
  private static final Path PAGE = Path.of("../docs/consensus.md");
  private static final String BEGIN = "<!-- mutants: begin; written by MutantTableTest -->\n";
  private static final String END = "<!-- mutants: end -->\n";

  @Test
  void thePageIsUpToDate() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(begin).isBetween(BEGIN.length(), end);
    String table = "| mutant | the bug | killed by | seed |\n| --- | --- | --- | --- |\n" + rows("../raft/src/mutants")
        + rows("src/mutants");
    System.out.println(table);
    if (Boolean.getBoolean("balsa.mutants.update")) {
      Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
    } else {
      assertThat(page.substring(begin, end))
          .as("the table in %s; to write it: mvn -pl server -am test -Dtest=MutantsTest,StackMutantsTest,MutantTableTest "
              + "-Dsurefire.failIfNoSpecifiedTests=false -Dbalsa.mutants.update=true", PAGE)
          .isEqualTo(table);
    }
  }

  private static String rows(String folder) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (Patch patch : Patch.readAll(Path.of(folder))) {
      assertThat(patch.killedBy()).as("what killed %s", patch.name()).isNotEmpty();
      rows.append("| `").append(patch.name()).append("` | ").append(patch.why()).append(" | `").append(patch.killedBy())
          .append("` | ").append(patch.seed()).append(" |\n");
    }
    return rows.toString();
  }
}
