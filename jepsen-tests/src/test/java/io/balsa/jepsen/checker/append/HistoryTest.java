package io.balsa.jepsen.checker.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history that was written to a file is read back as it was. */
class HistoryTest {
  @Test
  void whatIsWrittenIsReadBack(@TempDir Path directory) throws IOException {
    History history = new History(List.of(
        new RecordedTransaction(3, -5, Long.MAX_VALUE, Completion.UNKNOWN,
            List.of(new Append("a/1", -7), new Read("a/1", null), new Read("b", List.of()),
                new Read("c", List.of(4L, -2L)))),
        new RecordedTransaction(0, 1, 1, Completion.FAILED, List.of())));
    Path file = directory.resolve("history.txt");
    history.write(file);
    assertThat(Files.readAllLines(file)).containsExactly(
        "3 -5 9223372036854775807 unknown: append a/1 -7; read a/1 ?; read b; read c 4 -2", "0 1 1 failed: ");
    assertThat(History.read(file)).isEqualTo(history);
  }

  @Test
  void remarksAndEmptyLinesAreLeftOut() {
    assertThat(History.parse(List.of("# seed 7", "", "0 0 1 ok: read x 1")).transactions()).hasSize(1);
  }

  @Test
  void aLineThatIsNoTransactionIsNamed() {
    for (String line : List.of("0 0 1 ok", "0 0 1 fine: read x", "0 2 1 ok: read x", "0 0 ok: read x",
        "0 0 1 ok: write x 1",
        "0 0 1 ok: append x", "0 0 1 ok: read x one", "0 0 1 ok: read x 1 ?")) {
      assertThatIllegalArgumentException().as(line).isThrownBy(() -> History.parse(List.of("", line)))
          .withMessage("line 2 is no transaction: " + line);
    }
  }
}
