package io.balsa.jepsen.torture.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.HistoryFile;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.torture.workload.Verdict.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories as the workloads record them are judged as they should be, also after they were on a disk. */
class HistoryChecksTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir
  private Path directory;

  private static Operation operation(int process, String function, Object argument, Object result, long invoked,
      Completion completion) {
    return new Operation(process, "n1", function, argument, result, invoked, invoked + 5, completion,
        completion == Completion.OK ? null : "no answer");
  }

  private List<Operation> stored(List<Operation> history) throws IOException {
    Path file = directory.resolve("history.jsonl");
    HistoryFile.write(file, history);
    return HistoryFile.read(file);
  }

  private static List<Operation> registers(Object lastRead) {
    return List.of(operation(0, "write", List.of(1L, 0L), null, 0, Completion.OK),
        operation(1, "write", List.of(1L, 1L), null, 10, Completion.UNKNOWN),
        operation(0, "cas", List.of(1L, 0L, 2L), true, 20, Completion.OK),
        operation(2, "cas", List.of(1L, 0L, 3L), null, 20, Completion.FAILED),
        operation(3, "read", List.of(2L), null, 20, Completion.OK),
        operation(0, "read", List.of(1L), lastRead, 30, Completion.OK));
  }

  @Test
  void registers() throws IOException {
    Workload register = new RegisterWorkload();
    assertThat(register.check(stored(registers(2L)), MINUTE))
        .isEqualTo(new Verdict(State.VALID, List.of(), Map.of("keys", 2L, "operations", 6L, "configurations", 2L)));
    assertThat(register.check(stored(registers(1L)), MINUTE).state()).isEqualTo(State.VALID);
    for (Object wrong : new Object[]{0L, 3L, "garbage"}) {
      Verdict verdict = register.check(stored(registers(wrong)), MINUTE);
      assertThat(verdict.state()).isEqualTo(State.INVALID);
      assertThat(verdict.findings()).singleElement().asString().contains("read [1] -> " + wrong);
    }
  }

  private static List<Operation> lists(Object lastList, Completion second) {
    List<Object> unread = Arrays.asList("r", "x", null);
    return List.of(
        operation(0, "txn", List.of(unread, List.of("append", "x", 1L)),
            List.of(List.of("r", "x", List.of()), List.of("append", "x", 1L)), 0, Completion.OK),
        operation(1, "txn", List.of(unread, List.of("append", "x", 2L)), null, 10, second),
        operation(2, "txn", List.of(unread), List.of(List.of("r", "x", lastList)), 20, Completion.OK));
  }

  @Test
  void listsOfAppends() throws IOException {
    Workload append = new ListAppendWorkload();
    assertThat(append.check(stored(lists(List.of(1L, 2L), Completion.UNKNOWN)), MINUTE).state()).isEqualTo(State.VALID);
    Verdict valid = append.check(stored(lists(List.of(1L), Completion.FAILED)), MINUTE);
    assertThat(valid.state()).isEqualTo(State.VALID);
    assertThat(valid.figures()).containsEntry("OK transactions", 2L).containsEntry("FAILED transactions", 1L)
        .containsEntry("WR edges", 1L);
    Verdict aborted = append.check(stored(lists(List.of(1L, 2L), Completion.FAILED)), MINUTE);
    assertThat(aborted.state()).isEqualTo(State.INVALID);
    assertThat(aborted.findings()).singleElement().asString().contains("G1a");
    Verdict lost = append.check(stored(lists(List.of(), Completion.UNKNOWN)), MINUTE);
    assertThat(lost.state()).isEqualTo(State.INVALID);
  }

  @Test
  void historiesOfOtherWorkloadsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ListAppendWorkload().check(registers(2L), MINUTE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RegisterWorkload().check(lists(List.of(), Completion.OK), MINUTE));
  }

  @Test
  void aCheckThatTakesTooLongIsUndecided() {
    CountDownLatch never = new CountDownLatch(1);
    Verdict verdict = TimedCheck.within(Duration.ofMillis(20), () -> {
      try {
        assertThat(never.await(1, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Verdict.of(List.of(), Map.of());
    });
    assertThat(verdict.state()).isEqualTo(State.UNDECIDED);
    never.countDown();
  }

  @Test
  void aCheckThatRunsOutOfMemoryIsUndecided() {
    assertThat(TimedCheck.within(MINUTE, () -> {
      throw new OutOfMemoryError("as if");
    }).state()).isEqualTo(State.UNDECIDED);
  }
}
