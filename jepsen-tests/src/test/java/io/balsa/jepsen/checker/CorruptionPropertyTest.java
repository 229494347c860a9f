package io.balsa.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What no store can do is always found: a right history in which one thing is changed so that nothing explains it any more. */
class CorruptionPropertyTest {
  /** A history, and the operations of one of its counters or sets. */
  static final class Corrupted {
    private final List<Operation> history;
    private final Random random;

    Corrupted(List<Operation> history, Random random) {
      this.history = new ArrayList<>(history);
      this.random = random;
    }

    /** One that is drawn. */
    Optional<Operation> draw(Predicate<Operation> wanted) {
      List<Operation> all = history.stream().filter(wanted).toList();
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    List<Operation> with(Operation old, Completion completion, Object result) {
      history.set(history.indexOf(old), new Operation(old.process(), old.node(), old.function(), old.argument(),
          completion == Completion.OK ? result : null, old.invoked(), old.completed(), completion, null));
      return history;
    }
  }

  private static boolean isOk(Operation operation, String function) {
    return operation.function().equals(function) && operation.completion() == Completion.OK;
  }

  private static boolean isOfSame(Operation one, Operation other) {
    return Values.text(one.argument(), 0).equals(Values.text(other.argument(), 0));
  }

  enum OfCounter {
    /** A read that began after the add had ended finds less than its sum. */
    STALE_READ,
    REPEATED_SUM,
    MORE_THAN_ALL,
    /** Where nothing is unknown, nothing else can have brought what the add added. */
    AS_IF_REFUSED;

    Optional<List<Operation>> in(Corrupted in, Operation add) {
      return switch (this) {
        case STALE_READ -> in.draw(read -> isOk(read, "read") && isOfSame(read, add) && add.isBefore(read))
            .map(read -> in.with(read, Completion.OK, Values.number(add.result()) - 1));
        case REPEATED_SUM -> in.draw(other -> isOk(other, "add") && isOfSame(other, add) && !other.equals(add))
            .map(other -> in.with(other, Completion.OK, Values.number(add.result())));
        case MORE_THAN_ALL -> in.draw(read -> isOk(read, "read") && isOfSame(read, add))
            .map(read -> in.with(read, Completion.OK, 1_000_000L));
        case AS_IF_REFUSED -> in.draw(other -> isOfSame(other, add) && other.completion() == Completion.UNKNOWN)
            .isPresent() ? Optional.empty() : Optional.of(in.with(add, Completion.FAILED, 0));
      };
    }
  }

  enum OfSet {
    /** Whatever began after the add has to see it. */
    LEFT_OUT,
    NEVER_ADDED,
    TWICE,
    AS_IF_REFUSED,
    SEEN_TOO_EARLY;

    Optional<List<Operation>> in(Corrupted in, Operation add) {
      return switch (this) {
        case LEFT_OUT -> in.draw(read -> isOk(read, "read") && isOfSame(read, add) && add.isBefore(read))
            .map(read -> in.with(read, Completion.OK, without(read, add)));
        case NEVER_ADDED -> in.draw(read -> isOk(read, "read"))
            .map(read -> in.with(read, Completion.OK, and(read, 1_000_000L)));
        case TWICE -> in.draw(read -> isOk(read, "read") && sees(read, add))
            .map(read -> in.with(read, Completion.OK, and(read, element(add))));
        case AS_IF_REFUSED -> in.draw(read -> isOk(read, "read") && sees(read, add))
            .map(read -> in.with(add, Completion.FAILED, 0));
        case SEEN_TOO_EARLY -> in.draw(read -> isOk(read, "read") && isOfSame(read, add) && read.isBefore(add))
            .map(read -> in.with(read, Completion.OK, and(read, element(add))));
      };
    }

    private static long element(Operation add) {
      return Values.number(add.argument(), 1);
    }

    private static boolean sees(Operation read, Operation add) {
      return isOfSame(read, add) && Values.numbers(read.result()).contains(element(add));
    }

    private static List<Long> without(Operation read, Operation add) {
      return Values.numbers(read.result()).stream().filter(element -> element != element(add)).toList();
    }

    private static List<Long> and(Operation read, long element) {
      List<Long> more = new ArrayList<>(Values.numbers(read.result()));
      more.add(element);
      return more;
    }
  }

  /** Changes one thing, given an add that ended OK; empty: this history does not allow it. */
  @FunctionalInterface
  private interface Change {
    Optional<List<Operation>> in(Corrupted history, Operation add);
  }

  /** No shrinking: a smaller history need not have what was changed. */
  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void ofACounterIsFound(@ForAll long seed, @ForAll OfCounter corruption,
      @ForAll @IntRange(min = 2, max = 6) int clients) {
    Corrupted history = new Corrupted(SerialRun.history(Stores.counters(), seed, clients, 40), new Random(seed));
    assertThat(CounterChecker.check(changed(history, corruption::in, corruption)).wrong()).isNotEmpty();
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void ofASetIsFound(@ForAll long seed, @ForAll OfSet corruption, @ForAll @IntRange(min = 2, max = 6) int clients) {
    Corrupted history = new Corrupted(SerialRun.history(Stores.sets(), seed, clients, 40), new Random(seed));
    assertThat(SetChecker.check(changed(history, corruption::in, corruption)).wrong()).isNotEmpty();
  }

  private static List<Operation> changed(Corrupted history, Change change, Enum<?> corruption) {
    Optional<List<Operation>> changed = history.draw(add -> isOk(add, "add")).flatMap(add -> change.in(history, add));
    Assume.that(changed.isPresent());
    Statistics.collect(corruption);
    Statistics.coverage(checker -> checker.check(corruption).count(count -> count >= 5));
    return changed.orElseThrow();
  }
}
