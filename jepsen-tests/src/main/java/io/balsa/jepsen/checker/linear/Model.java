package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Operation;
import java.util.List;
import java.util.Optional;

/**
 * What a single copy, used by one client at a time, would do. Without state of its own.
 *
 * @param <S> the state of the copy; equal states behave alike
 */
public interface Model<S> {
  /**
   * What the operation was done to: operations on different parts know nothing of each other.
   *
   * @throws IllegalArgumentException the model does not know the operation
   */
  Object part(Operation operation);

  /** The state of a part before anything was done to it. */
  S initial();

  /**
   * The state after the operation, or empty if it could not have been answered as it was. What it returns depends on function,
   * argument, completion and result alone. Of an operation of unknown outcome: the state if it takes effect, or empty if it has none in
   * this state.
   */
  Optional<S> step(S state, Operation operation);

  /**
   * The operations of one part in a shape that is easier to search and linearizable exactly if these are. Operations of unknown outcome
   * that have the same function and the same argument are taken for each other: the fewer differences, the better.
   *
   * @param operations none has failed
   */
  default List<Operation> simplify(List<Operation> operations) {
    return operations;
  }

  /** What is known of operations without trying them; empty: nothing. */
  default Optional<Lookahead<S>> lookahead() {
    return Optional.empty();
  }
}
