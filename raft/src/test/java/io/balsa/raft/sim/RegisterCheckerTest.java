package io.balsa.raft.sim;

import static io.balsa.raft.sim.Operation.Kind.CAS;
import static io.balsa.raft.sim.Operation.Kind.FAILED_CAS;
import static io.balsa.raft.sim.Operation.Kind.READ;
import static io.balsa.raft.sim.Operation.Kind.WRITE;
import static io.balsa.raft.sim.RegisterChecker.Verdict.LINEARIZABLE;
import static io.balsa.raft.sim.RegisterChecker.Verdict.NOT_LINEARIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegisterCheckerTest {
  private static final long NEVER = Long.MAX_VALUE;

  private static Operation op(Operation.Kind kind, long value, long expected, long invoked, long returned) {
    return new Operation(0, kind, 0, value, expected, invoked, returned);
  }

  private static Operation write(long value, long invoked, long returned) {
    return op(WRITE, value, 0, invoked, returned);
  }

  private static Operation read(long value, long invoked, long returned) {
    return op(READ, value, 0, invoked, returned);
  }

  private static void assertVerdict(RegisterChecker.Verdict verdict, Operation... history) {
    assertThat(RegisterChecker.check(List.of(history)).verdict()).isEqualTo(verdict);
  }

  @Test
  void acceptsReadsOfTheFirstValueAndOfWhatWasWritten() {
    assertVerdict(LINEARIZABLE, read(0, 1, 2), write(7, 3, 4), read(7, 5, 6));
  }

  @Test
  void refusesAStaleRead() {
    assertVerdict(NOT_LINEARIZABLE, write(7, 1, 2), write(8, 3, 4), read(7, 5, 6));
  }

  @Test
  void refusesAReadFromTheFuture() {
    assertVerdict(NOT_LINEARIZABLE, read(7, 1, 2), write(7, 3, 4));
  }

  @Test
  void refusesTwoReadsThatGoBack() {
    assertVerdict(NOT_LINEARIZABLE, write(7, 1, 10), read(7, 2, 3), read(0, 4, 5));
  }

  @Test
  void acceptsConcurrentWritesInEitherOrder() {
    assertVerdict(LINEARIZABLE, write(7, 1, 10), write(8, 1, 10), read(8, 11, 12), read(8, 13, 14));
    assertVerdict(NOT_LINEARIZABLE, write(7, 1, 10), write(8, 1, 10), read(8, 11, 12), read(7, 13, 14));
  }

  @Test
  void aLostUpdateIsFound() {
    assertVerdict(NOT_LINEARIZABLE, op(CAS, 7, 0, 1, 5), op(CAS, 8, 0, 2, 6));
  }

  @Test
  void aFailedCompareAndSetIsARead() {
    assertVerdict(LINEARIZABLE, write(7, 1, 2), op(FAILED_CAS, 7, 3, 3, 4));
    assertVerdict(NOT_LINEARIZABLE, write(7, 1, 2), op(FAILED_CAS, 0, 3, 3, 4));
  }

  @Test
  void anUnknownWriteMayTakeEffectLateOrNeverButNotTwice() {
    assertVerdict(LINEARIZABLE, write(7, 1, NEVER), read(0, 2, 3), read(7, 50, 51));
    assertVerdict(LINEARIZABLE, write(7, 1, NEVER), read(0, 2, 3), read(0, 50, 51));
    assertVerdict(NOT_LINEARIZABLE, write(7, 1, NEVER), read(7, 2, 3), write(8, 4, 5), read(7, 6, 7));
    assertVerdict(NOT_LINEARIZABLE, read(7, 1, 2), write(7, 3, NEVER));
  }

  @Test
  void anUnknownCompareAndSetThatWasSeenSawItsExpectedValue() {
    assertVerdict(LINEARIZABLE, write(7, 1, NEVER), op(CAS, 8, 7, 2, NEVER), read(8, 3, 4));
    assertVerdict(NOT_LINEARIZABLE, op(CAS, 8, 7, 2, NEVER), read(8, 3, 4));
  }

  @Test
  void agreesWithTryingEveryOrderOnSmallRandomHistories() {
    SimRandom random = new SimRandom(42);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      List<Operation> history = randomHistory(random);
      boolean expected = existsOrder(history, new boolean[history.size()], 0);
      refused += expected ? 0 : 1;
      assertThat(RegisterChecker.check(history).verdict()).as("%s", history)
          .isEqualTo(expected ? LINEARIZABLE : NOT_LINEARIZABLE);
    }
    assertThat(refused).isBetween(2_000, 18_000);
  }

  private static List<Operation> randomHistory(SimRandom random) {
    List<Operation> history = new ArrayList<>();
    int count = random.between(1, 6);
    for (int i = 0; i < count; i++) {
      long invoked = random.between(0, 12);
      long returned = random.chance(0.2) ? NEVER : invoked + random.between(1, 6);
      long other = random.between(0, count);
      switch (random.between(0, 3)) {
        case 0 -> history.add(read(other, invoked, returned == NEVER ? invoked + 1 : returned));
        case 1 -> history.add(op(CAS, i + 1, other, invoked, returned));
        case 2 -> history.add(op(FAILED_CAS, other, 99, invoked, returned == NEVER ? invoked + 1 : returned));
        default -> history.add(write(i + 1, invoked, returned));
      }
    }
    return history;
  }

  /** The definition: some order that respects real time explains every known result; unknown ones may be left out. */
  private static boolean existsOrder(List<Operation> history, boolean[] used, long value) {
    boolean open = false;
    for (int i = 0; i < used.length; i++) {
      open |= !used[i] && !history.get(i).isUnknown();
    }
    if (!open) {
      return true;
    }
    for (int i = 0; i < used.length; i++) {
      Operation op = history.get(i);
      if (used[i] || isAfterAnother(history, used, i)) {
        continue;
      }
      long needed = op.kind() == CAS ? op.expected() : op.kind() == WRITE ? value : op.value();
      if (needed == value) {
        used[i] = true;
        boolean found = existsOrder(history, used, op.writes() ? op.value() : value);
        used[i] = false;
        if (found) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isAfterAnother(List<Operation> history, boolean[] used, int i) {
    for (int j = 0; j < used.length; j++) {
      if (!used[j] && j != i && history.get(j).returnedAt() < history.get(i).invokedAt()) {
        return true;
      }
    }
    return false;
  }
}
