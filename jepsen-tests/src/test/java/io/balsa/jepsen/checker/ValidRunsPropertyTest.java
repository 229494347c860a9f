package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.checker.SerialRun.Store;
import io.balsa.jepsen.history.Operation;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What a right store does is never accused, and everything of it is decided; read back from a file it is judged the same. */
class ValidRunsPropertyTest {
  enum Kind {
    COUNTER, SET, BANK, SESSION, WATCH;

    Store store() {
      return switch (this) {
        case COUNTER -> Stores.counters();
        case SET -> Stores.sets();
        case BANK -> Stores.bank(4, 10);
        case SESSION -> Stores.sessions();
        case WATCH -> Stores.watched(2);
      };
    }

    Judgement check(List<Operation> history) {
      return switch (this) {
        case COUNTER -> CounterChecker.check(history);
        case SET -> SetChecker.check(history);
        case BANK -> BankChecker.check(history, 4, 10);
        case SESSION -> SessionChecker.check(history);
        case WATCH -> WatchChecker.check(history);
      };
    }
  }

  @Property(tries = 300)
  void whatARightStoreDoesIsClean(@ForAll long seed, @ForAll Kind kind, @ForAll @IntRange(min = 1, max = 8) int clients,
      @ForAll @IntRange(min = 10, max = 120) int operations) {
    isClean(kind::check, SerialRun.history(kind.store(), seed, clients, operations));
  }

  @Property(tries = 100)
  void aLockThatIsPassedOnIsClean(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int clients) {
    isClean(LockChecker::check, LockRun.history(seed, clients, 40));
  }

  @Property(tries = 100)
  void leasesThatGoInTimeAreClean(@ForAll long seed) {
    isClean(LeaseChecker::check, LeaseRun.history(seed, 20));
  }

  private static void isClean(Function<List<Operation>, Judgement> checker, List<Operation> history) {
    Judgement judgement = checker.apply(history);
    assertThat(judgement.wrong()).isEmpty();
    assertThat(judgement.undecided()).isEmpty();
    assertThat(judgement.figures()).isNotEmpty();
    assertThat(checker.apply(Histories.reread(history))).isEqualTo(judgement);
  }
}
