package io.balsa.jepsen.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.HistoryFile;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.torture.workload.Verdict;
import io.balsa.jepsen.torture.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is published as valid stays so, whatever becomes of the checkers; and they would see it if it were not. */
class PublishedHistoriesTest {
  private static final Path DIRECTORY = Path.of("..", "docs", "histories");
  private static final Duration MOST = Duration.ofMinutes(1);

  static List<Path> histories() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
  }

  private static Verdict.State judge(Path file, List<Operation> history) {
    String workload = file.getFileName().toString().replaceFirst("-[0-9]+[.]jsonl$", "");
    return Workloads.named(workload).check(history, MOST).state();
  }

  @ParameterizedTest
  @MethodSource("histories")
  void isValid_andIsNotWithOneAnswerOfAnotherTime(Path file) throws IOException {
    List<Operation> history = HistoryFile.read(file);
    assertThat(judge(file, history)).isEqualTo(Verdict.State.VALID);
    assertThat(judge(file, withAnOldAnswer(history))).isEqualTo(Verdict.State.INVALID);
  }

  /** The last read of what was read first is told what the first one was: long ago, that was so. */
  private static List<Operation> withAnOldAnswer(List<Operation> history) {
    Operation first = history.stream().filter(PublishedHistoriesTest::onlyReads).findFirst().orElseThrow();
    Operation last = history.stream()
        .filter(operation -> onlyReads(operation) && keys(operation).equals(keys(first))
            && !String.valueOf(operation.result()).equals(String.valueOf(first.result())))
        .reduce((one, other) -> other).orElseThrow();
    List<Operation> changed = new ArrayList<>(history);
    changed.set(history.indexOf(last), new Operation(last.process(), last.node(), last.function(), last.argument(),
        first.result(), last.invoked(), last.completed(), last.completion(), null));
    return changed;
  }

  private static boolean onlyReads(Operation operation) {
    if (operation.completion() != Completion.OK) {
      return false;
    }
    return switch (operation.function()) {
      case "read" -> true;
      case "txn" -> ((List<?>) operation.argument()).stream().allMatch(step -> ((List<?>) step).get(0).equals("r"));
      default -> false;
    };
  }

  private static String keys(Operation operation) {
    return String.valueOf(operation.argument());
  }
}
