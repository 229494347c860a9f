package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Tries all orders of the operations of one register, without a thought. It knows nothing of the checker and its model. */
final class BruteForce {
  private BruteForce() {}

  static boolean isLinearizable(List<Operation> operations) {
    return goesOn(null,
        operations.stream().filter(operation -> operation.completion() != Completion.FAILED).toList());
  }

  private static boolean goesOn(Long value, List<Operation> left) {
    if (left.stream().noneMatch(operation -> operation.completion() == Completion.OK)) {
      return true;
    }
    for (Operation next : left) {
      List<Operation> others = new ArrayList<>(left);
      others.remove(next);
      if (others.stream().noneMatch(other -> other.isBefore(next)) && takesEffect(value, next, others)) {
        return true;
      }
    }
    return false;
  }

  private static boolean takesEffect(Long value, Operation next, List<Operation> others) {
    List<?> argument = (List<?>) next.argument();
    boolean answered = next.completion() == Completion.OK;
    return switch (next.function()) {
      case "read" -> (!answered || Objects.equals(next.result(), value)) && goesOn(value, others);
      case "write" -> goesOn((Long) argument.get(1), others);
      case "cas" -> {
        boolean set = Objects.equals(argument.get(1), value);
        yield (!answered || next.result().equals(set)) && goesOn(set ? (Long) argument.get(2) : value, others);
      }
      default -> throw new IllegalArgumentException(next.function());
    };
  }
}
