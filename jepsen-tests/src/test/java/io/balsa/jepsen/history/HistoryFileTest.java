package io.balsa.jepsen.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryFileTest {
  private static final List<Operation> HISTORY = List.of(
      new Operation(3, "n1", "write", List.of("k", Long.MAX_VALUE), null, 0, 10, Completion.OK, null),
      new Operation(0, "any", "txn", List.of(Arrays.asList("r", "k", null), List.of("append", "k", 7L)),
          List.of(List.of("r", "k", List.of(1L, 2L)), List.of("append", "k", 7L)), 5, 5, Completion.OK, null),
      new Operation(4, "n2", "cas", List.of("k", 1L, 2L), null, 7, 9, Completion.FAILED, "NO_LEADER: \"none\"\n\u00fc"),
      new Operation(5, "n2", "transfer", Map.of("from", 1L), null, 7, 9, Completion.UNKNOWN, "time is up"),
      new Operation(6, "n2", "flag", true, false, 7, 9, Completion.OK, null));

  @TempDir
  private Path directory;

  @Test
  void whatIsReadEqualsWhatWasWritten() throws IOException {
    Path file = directory.resolve("history.jsonl");
    HistoryFile.write(file, HISTORY);
    assertThat(HistoryFile.read(file)).isEqualTo(HISTORY);
  }

  @Test
  void theFieldsAreInOneOrderAndAllThere() throws IOException {
    Path file = directory.resolve("history.jsonl");
    HistoryFile.write(file, HISTORY);
    assertThat(Files.readAllLines(file)).hasSize(HISTORY.size()).first().isEqualTo(
        "{\"process\":3,\"node\":\"n1\",\"function\":\"write\",\"argument\":[\"k\",9223372036854775807],"
            + "\"result\":null,\"invoked\":0,\"completed\":10,\"completion\":\"ok\",\"error\":null}");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {".*|{", ".*|{}", ".*|[]", ".*|7", "$| {}", "\"ok\"|\"fine\"",
      "\"invoked\":0|\"invoked\":0.5", "\"invoked\":0|\"invoked\":11", "\"process\":3|\"process\":3000000000",
      "\"node\":\"n1\"|\"node\":null", "\"error\":null|\"mistake\":null"})
  void aLineThatIsNoOperationIsNamed(String good, String bad) throws IOException {
    Path file = directory.resolve("history.jsonl");
    HistoryFile.write(file, HISTORY);
    List<String> lines = Files.readAllLines(file);
    Files.writeString(file, String.join("\n", lines) + "\n\n" + lines.getFirst().replaceFirst(good, bad) + "\n");
    assertThatIOException().isThrownBy(() -> HistoryFile.read(file)).withMessageContaining("line 7");
  }
}
