package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Operation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which states the operations that have no place yet still need, and which they can make. An order that leaves a state which is needed
 * and which nothing can make again leads nowhere, and that is seen at once and not when the search comes to the one that needs it. Where
 * the model has no lookahead nothing is ever seen.
 */
final class Demand {
  private static final int NONE = -1;

  private final int[] needs;
  private final int[] makes;
  private final int[] needed;
  private final int[] makeable;

  private <S> Demand(Part<S> part, Map<S, Integer> states, Function<Operation, Optional<S>> needs,
      Function<Operation, Optional<S>> makes) {
    states.put(part.model().initial(), initial());
    this.needs = numbers(part, states, needs);
    this.makes = numbers(part, states, makes);
    needed = new int[states.size()];
    makeable = new int[states.size()];
    for (int i = 0; i < part.size(); i++) {
      putBack(i);
    }
  }

  static <S> Demand of(Part<S> part) {
    return part.model().lookahead()
        .map(lookahead -> new Demand(part, new HashMap<>(), lookahead::needs, lookahead::makes))
        .orElseGet(() -> none(part));
  }

  /** Which sees nothing. */
  static <S> Demand none(Part<S> part) {
    return new Demand(part, new HashMap<S, Integer>(), operation -> Optional.empty(), operation -> Optional.empty());
  }

  private static <S> int[] numbers(Part<S> part, Map<S, Integer> states, Function<Operation, Optional<S>> of) {
    int[] numbers = new int[part.size()];
    Arrays.setAll(numbers, i -> of.apply(part.get(i)).map(state -> number(states, state)).orElse(NONE));
    return numbers;
  }

  private static <S> int number(Map<S, Integer> states, S state) {
    Integer known = states.putIfAbsent(state, states.size());
    return known == null ? states.size() - 1 : known;
  }

  /** The number of the initial state. */
  static int initial() {
    return 0;
  }

  /** The number of the state after an operation in the state of this number. */
  int after(int state, int operation) {
    return makes[operation] == NONE ? state : makes[operation];
  }

  /** It has got its place. */
  void take(int operation) {
    count(operation, -1);
  }

  /** It has no place any more. */
  void putBack(int operation) {
    count(operation, 1);
  }

  private void count(int operation, int by) {
    if (needs[operation] != NONE) {
      needed[needs[operation]] += by;
    }
    if (makes[operation] != NONE) {
      makeable[makes[operation]] += by;
    }
  }

  /** Whether a state that was left for another one is missed for ever. */
  boolean misses(int left, int entered) {
    return left != entered && isMissing(left);
  }

  /** Whether, in the initial state, some state is missed from the beginning. */
  boolean missesAny() {
    for (int state = 0; state < needed.length; state++) {
      if (state != initial() && isMissing(state)) {
        return true;
      }
    }
    return false;
  }

  private boolean isMissing(int state) {
    return needed[state] > 0 && makeable[state] == 0;
  }
}
