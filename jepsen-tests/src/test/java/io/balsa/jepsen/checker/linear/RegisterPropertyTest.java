package io.balsa.jepsen.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** What a single copy does is never accused; what none can do always is. */
class RegisterPropertyTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** The same register, of which nothing is known beforehand. */
  private record Plain(RegisterModel register) implements Model<Register> {
    @Override
    public Object part(Operation operation) {
      return register.part(operation);
    }

    @Override
    public Register initial() {
      return register.initial();
    }

    @Override
    public Optional<Register> step(Register state, Operation operation) {
      return register.step(state, operation);
    }
  }

  private static Report check(List<Operation> history) {
    return LinearizabilityChecker.check(new RegisterModel(), history, LONG);
  }

  private static boolean isLinearizable(Model<Register> model, List<Operation> history) {
    Report report = LinearizabilityChecker.check(model, history, LONG);
    assertThat(report.undecided()).isEmpty();
    return report.isLinearizable();
  }

  @Property(tries = 300)
  void whatASingleCopyDoesIsNeverAccused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 16) int clients,
      @ForAll @IntRange(min = 1, max = 400) int operations, @ForAll @IntRange(max = 30) int unknownPercent,
      @ForAll boolean distinct) {
    Report report = check(SingleCopy.history(seed, clients, operations, 100, unknownPercent, distinct));
    assertThat(report.violations()).isEmpty();
    assertThat(report.undecided()).isEmpty();
  }

  /** Few operations, few values, and answers drawn without regard to what was done: many are linearizable, many are not. */
  private static List<Operation> anyhow(Random random) {
    List<Operation> history = new ArrayList<>();
    long[] clocks = new long[3];
    for (int i = 1 + random.nextInt(7); i > 0; i--) {
      int process = random.nextInt(clocks.length);
      long invoked = clocks[process] + random.nextInt(4);
      long completed = invoked + random.nextInt(6);
      clocks[process] = completed;
      int drawn = random.nextInt(8);
      Completion completion = drawn < 2 ? Completion.UNKNOWN : drawn == 2 ? Completion.FAILED : Completion.OK;
      Long seen = random.nextInt(4) == 0 ? null : (long) random.nextInt(3);
      long first = random.nextInt(3);
      long second = random.nextInt(3);
      String function = List.of("read", "write", "cas").get(random.nextInt(3));
      Object result = function.equals("read") ? seen : function.equals("write") ? null : (Object) random.nextBoolean();
      history.add(new Operation(process, "any", function,
          List.<Object>of("x", first, second).subList(0, List.of("read", "write", "cas").indexOf(function) + 1),
          completion == Completion.OK ? result : null, invoked, completed, completion, null));
    }
    return history;
  }

  @Property(tries = 5000, shrinking = ShrinkingMode.OFF)
  void agreesWithTryingAllOrders(@ForAll long seed) {
    List<Operation> history = anyhow(new Random(seed));
    boolean linearizable = BruteForce.isLinearizable(history);
    assertThat(isLinearizable(new RegisterModel(), history)).as("%s", history).isEqualTo(linearizable);
    Plain plain = new Plain(new RegisterModel());
    assertThat(isLinearizable(plain, history)).as("plain, %s", history).isEqualTo(linearizable);
    Statistics.collect(linearizable);
    Statistics.coverage(checker -> {
      checker.check(true).percentage(percent -> percent > 20);
      checker.check(false).percentage(percent -> percent > 20);
    });
  }

  /** What it calls the reason is one by itself, whatever the others did, and the first end with which it becomes impossible. */
  @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
  void theReasonIsOne(@ForAll long seed) {
    List<Operation> history = anyhow(new Random(seed));
    List<Violation> violations = check(history).violations();
    Assume.that(!violations.isEmpty());
    Violation violation = violations.getFirst();
    List<Operation> forgotten = history.stream()
        .map(operation -> violation.reasons().contains(operation) || operation.completion() == Completion.FAILED
            ? operation
            : forgotten(operation))
        .toList();
    assertThat(BruteForce.isLinearizable(forgotten)).as("%s of %s", violation, history).isFalse();
    assertThat(BruteForce.isLinearizable(before(violation.last(), history))).as("%s in %s", violation, history)
        .isTrue();
  }

  private static Operation forgotten(Operation operation) {
    return new Operation(operation.process(), operation.node(), operation.function(), operation.argument(), null,
        operation.invoked(), operation.completed(), Completion.UNKNOWN, null);
  }

  private static List<Operation> before(Operation last, List<Operation> history) {
    return history.stream().map(operation -> operation.completion() == Completion.OK
        && operation.completed() >= last.completed() ? forgotten(operation) : operation).toList();
  }

  /** Longer ones, in which one answer was changed: the tuned search agrees with the one that knows nothing. */
  @Property(tries = 150, shrinking = ShrinkingMode.OFF)
  void tuningChangesNoVerdict(@ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int clients,
      @ForAll boolean distinct) {
    Random random = new Random(seed);
    List<Operation> history = new ArrayList<>(SingleCopy.history(seed, clients, 120, 30, 5, distinct));
    int victim = random.nextInt(history.size());
    Operation old = history.get(victim);
    Assume.that(old.completion() == Completion.OK && !old.function().equals("write"));
    Object result = old.function().equals("cas") ? (Object) !(Boolean) old.result()
        : (Object) (long) random.nextInt(distinct ? 60 : 3);
    history.set(victim, new Operation(old.process(), old.node(), old.function(), old.argument(), result, old.invoked(),
        old.completed(), old.completion(), null));
    boolean linearizable = isLinearizable(new Plain(new RegisterModel()), history);
    assertThat(isLinearizable(new RegisterModel(), history)).isEqualTo(linearizable);
    Statistics.collect(linearizable);
    Statistics.coverage(checker -> checker.check(false).percentage(percent -> percent > 20));
  }

  /** In a history of distinct values: a read is made to see what was overwritten before it began. */
  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void everyStaleReadIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 16) int clients) {
    List<Operation> history = new ArrayList<>(SingleCopy.history(seed, clients, 300, 75, 5, true));
    Optional<Operation> read = history.stream().filter(operation -> operation.function().equals("read")
        && operation.completion() == Completion.OK && overwritten(history, operation).isPresent()).findAny();
    Assume.that(read.isPresent());
    Operation old = read.orElseThrow();
    history.set(history.indexOf(old), new Operation(old.process(), old.node(), old.function(), old.argument(),
        overwritten(history, old).orElseThrow(), old.invoked(), old.completed(), old.completion(), null));
    assertThat(check(history).violations()).hasSize(1);
  }

  private static Optional<Object> overwritten(List<Operation> history, Operation read) {
    Object key = ((List<?>) read.argument()).getFirst();
    List<Operation> writes = history.stream().filter(operation -> operation.function().equals("write")
        && operation.isBefore(read) && ((List<?>) operation.argument()).getFirst().equals(key)).toList();
    return writes.stream().filter(write -> writes.stream().anyMatch(write::isBefore))
        .map(write -> (Object) ((List<?>) write.argument()).get(1)).findAny();
  }
}
