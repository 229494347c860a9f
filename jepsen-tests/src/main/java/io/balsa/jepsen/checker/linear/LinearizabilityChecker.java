package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.checker.linear.Search.Answer;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Checks a history for linearizability, part by part: a history is linearizable if and only if each of its parts is. All parts get a short
 * search first, so that a hard one does not take the time of those that are easy.
 */
public final class LinearizabilityChecker<S> {
  private static final int EXPLAINED = 5;
  /** Of the time, for the search; the rest is for explanations. */
  private static final double FOR_SEARCH = 0.8;

  private final Model<S> model;
  private final Map<Object, List<Operation>> parts = new LinkedHashMap<>();
  private final List<Object> violated = new ArrayList<>();
  private long configurations;

  private LinearizabilityChecker(Model<S> model) {
    this.model = model;
  }

  /**
   * Checks it.
   *
   * @param history in any order
   * @param most the parts that are not decided after this time are undecided
   * @throws IllegalArgumentException the model does not know an operation
   */
  public static <S> Report check(Model<S> model, List<Operation> history, Duration most) {
    return new LinearizabilityChecker<>(model).check(history, most);
  }

  private Report check(List<Operation> history, Duration most) {
    long begin = System.nanoTime();
    long deadline = begin + most.toNanos();
    long searched = begin + (long) (most.toNanos() * FOR_SEARCH);
    for (Operation operation : history) {
      parts.computeIfAbsent(model.part(operation), added -> new ArrayList<>()).add(operation);
    }
    List<Object> hard = search(parts.keySet(), size -> Budget.small(searched, size));
    List<Object> undecided = search(hard, size -> Budget.large(searched, size));
    List<Violation> violations = violated.stream().limit(EXPLAINED)
        .map(part -> new Explanation<>(model, operations(part), deadline).violation(part)).toList();
    return new Report(violations, violated.subList(violations.size(), violated.size()), undecided, parts.size(),
        history.size(), configurations);
  }

  private List<Operation> operations(Object part) {
    return parts.getOrDefault(part, List.of());
  }

  /** Those that remain undecided. */
  private List<Object> search(Collection<Object> among, IntFunction<Budget> budgets) {
    List<Object> undecided = new ArrayList<>();
    for (Object part : among) {
      List<Operation> operations = operations(part);
      Budget budget = budgets.apply(operations.size());
      Answer answer = answer(model, operations, budget);
      configurations += budget.spent();
      if (answer == Answer.UNDECIDED) {
        undecided.add(part);
      } else if (answer == Answer.NOT_LINEARIZABLE) {
        violated.add(part);
      }
    }
    return undecided;
  }

  /** Of the operations of one part, of which some may have failed. */
  static <S> Answer answer(Model<S> model, List<Operation> operations, Budget budget) {
    List<Operation> effective = operations.stream()
        .filter(operation -> operation.completion() != Completion.FAILED).toList();
    return new Search<>(new Part<>(model, model.simplify(effective)), budget).run();
  }
}
