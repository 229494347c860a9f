package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.checker.linear.Search.Answer;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a part that is not linearizable small enough for people. First its shortest beginning that is not linearizable is found; then what
 * its operations tell is given up, as long as it stays so. What is given up of an operation is its answer and its end: it can take effect
 * whenever it likes or never. That forbids less than before, so what is left is a reason by itself.
 */
final class Explanation<S> {
  private static final int ENOUGH_STATES = 100;
  private static final Duration MOST = Duration.ofSeconds(5);

  private final Model<S> model;
  private final List<Operation> operations;
  private final List<Operation> byEnd;
  private final long deadline;

  /**
   * @param operations of the part, not linearizable
   * @param deadline after which no more is given up, if not before
   */
  Explanation(Model<S> model, List<Operation> operations, long deadline) {
    this.model = model;
    this.operations = operations;
    long own = System.nanoTime() + MOST.toNanos();
    this.deadline = own - deadline < 0 ? own : deadline;
    byEnd = operations.stream().filter(operation -> operation.completion() == Completion.OK)
        .sorted(Comparator.comparingLong(Operation::completed)).toList();
  }

  Violation violation(Object part) {
    int ended = shortestBeginning();
    Operation last = byEnd.get(ended - 1);
    List<Operation> beginning = beginning(ended);
    Set<Operation> reasons = reasons(beginning, last);
    reasons.addAll(makersOfWhatIsNeeded(reasons, last));
    return new Violation(part, operations.size(), last, states(beginning, last), inOrder(reasons),
        inOrder(operations.stream().filter(other -> meet(other, last) && !reasons.contains(other)).toList()));
  }

  private boolean isViolated(List<Operation> some) {
    return LinearizabilityChecker.answer(model, some, budget(some)) == Answer.NOT_LINEARIZABLE;
  }

  private Budget budget(List<Operation> some) {
    return Budget.small(deadline, some.size());
  }

  /** After so many ends it is not linearizable any more, and will never be again. */
  private int shortestBeginning() {
    int linearizable = 0;
    int violated = byEnd.size();
    while (violated - linearizable > 1) {
      int middle = (linearizable + violated) / 2;
      if (isViolated(beginning(middle))) {
        violated = middle;
      } else {
        linearizable = middle;
      }
    }
    return violated;
  }

  /** What was known at the moment of the end of that number. */
  private List<Operation> beginning(int ended) {
    long end = byEnd.get(ended - 1).completed();
    return knowingOnly(operations.stream().filter(operation -> operation.invoked() <= end).toList(),
        byEnd.subList(0, ended));
  }

  private static List<Operation> knowingOnly(List<Operation> some, List<Operation> known) {
    Set<Operation> kept = new HashSet<>(known);
    return some.stream().map(operation -> operation.completion() == Completion.OK && !kept.contains(operation)
        ? maybe(operation)
        : operation).toList();
  }

  private static Operation maybe(Operation operation) {
    return new Operation(operation.process(), operation.node(), operation.function(), operation.argument(), null,
        operation.invoked(), operation.completed(), Completion.UNKNOWN, operation.error());
  }

  /** What is left of a beginning when everything was given up that need not be known, larger pieces first. */
  private Set<Operation> reasons(List<Operation> beginning, Operation last) {
    List<Operation> known = new ArrayList<>(
        beginning.stream().filter(operation -> operation.completion() == Completion.OK).toList());
    for (int size = known.size() / 2; size > 0; size /= 2) {
      for (int from = known.size() - size; from > -size && System.nanoTime() - deadline < 0; from -= size) {
        List<Operation> less = new ArrayList<>(known);
        less.subList(Math.max(0, from), from + size).removeIf(operation -> !operation.equals(last));
        if (less.size() < known.size() && isViolated(knowingOnly(beginning, less))) {
          known = less;
        }
      }
    }
    return new LinkedHashSet<>(known);
  }

  /** Also such as failed: that they were seen may be what is wrong. */
  private List<Operation> makersOfWhatIsNeeded(Set<Operation> reasons, Operation last) {
    return model.lookahead().map(lookahead -> {
      Set<S> needed = new HashSet<>();
      reasons.forEach(reason -> lookahead.needs(reason).ifPresent(needed::add));
      return operations.stream().filter(operation -> operation.invoked() <= last.completed()
          && lookahead.makes(operation).filter(needed::contains).isPresent()).toList();
    }).orElse(List.of());
  }

  /** In which the last operation could be, all others that had ended having their place. */
  private List<String> states(List<Operation> beginning, Operation last) {
    Set<S> states = new LinkedHashSet<>();
    Part<S> part = new Part<>(model,
        beginning.stream().filter(operation -> operation.completion() != Completion.FAILED).toList());
    Answer answer = Search.states(part, budget(beginning), (state, left) -> {
      if (left.equals(last) && states.size() < ENOUGH_STATES) {
        states.add(state);
      }
    });
    return answer == Answer.LINEARIZABLE ? List.of() : states.stream().map(Object::toString).toList();
  }

  private static boolean meet(Operation one, Operation other) {
    return one.invoked() <= other.completed() && other.invoked() <= one.completed();
  }

  private static List<Operation> inOrder(Iterable<Operation> some) {
    List<Operation> sorted = new ArrayList<>();
    some.forEach(sorted::add);
    sorted.sort(Comparator.comparingLong(Operation::invoked).thenComparingLong(Operation::completed));
    return sorted;
  }
}
