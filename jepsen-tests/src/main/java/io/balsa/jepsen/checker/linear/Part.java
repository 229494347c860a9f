package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operations of one part, numbered for the search: first those that were answered, then those of unknown outcome, both in the order
 * in which they began. Those that failed are not among them. Immutable.
 */
final class Part<S> {
  private final Model<S> model;
  private final List<Operation> operations = new ArrayList<>();
  private final int answered;
  private final boolean[] pure;
  private final int[] kind;

  Part(Model<S> model, List<Operation> operations) {
    this.model = model;
    List<Operation> begun = operations.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
    begun.stream().filter(operation -> operation.completion() == Completion.OK).forEach(this.operations::add);
    answered = this.operations.size();
    begun.stream().filter(operation -> operation.completion() == Completion.UNKNOWN).forEach(this.operations::add);
    pure = new boolean[answered];
    model.lookahead().ifPresent(lookahead -> {
      for (int i = 0; i < answered; i++) {
        pure[i] = lookahead.makes(get(i)).isEmpty();
      }
    });
    kind = new int[size()];
    Map<List<Object>, Integer> kinds = new HashMap<>();
    for (int i = answered; i < kind.length; i++) {
      kind[i] = kinds.computeIfAbsent(List.of(get(i).function(), Optional.ofNullable(get(i).argument())),
          added -> kinds.size());
    }
  }

  Model<S> model() {
    return model;
  }

  Operation get(int operation) {
    return operations.get(operation);
  }

  int size() {
    return operations.size();
  }

  /** How many must take effect before they end. */
  int answered() {
    return answered;
  }

  /** Whether it is known to leave every state as it is, answered as it was. */
  boolean isPure(int operation) {
    return operation < answered && pure[operation];
  }

  /** Of an operation of unknown outcome: those of one kind are alike but for their begin. From 0, fewer than operations. */
  int kind(int operation) {
    return kind[operation];
  }

  Optional<S> step(S state, int operation) {
    return model.step(state, get(operation));
  }
}
