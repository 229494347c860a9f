package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A part that is not linearizable, and why.
 *
 * @param part the key, say
 * @param operations of this part, in all
 * @param last the operation with whose end it becomes impossible: all that ended before it can be explained
 * @param states those in which it could be at the earliest, as far as they were looked for; none of them is one that last can find
 * @param reasons as few operations as were found, last among them, that no order explains whatever the others did; and those that could
 *     have made a state that one of these found. In the order in which they began
 * @param meanwhile others that clients waited for at the same time as for last
 */
public record Violation(Object part, int operations, Operation last, List<String> states, List<Operation> reasons,
    List<Operation> meanwhile) {
  private static final int SHOWN = 10;
  private static final double SECOND = 1e9;

  /** Keeps copies. */
  public Violation {
    states = List.copyOf(states);
    reasons = List.copyOf(reasons);
    meanwhile = List.copyOf(meanwhile);
  }

  /** For people; times are seconds since the begin of the run. */
  @Override
  public String toString() {
    return "key " + part + ": no order of its " + operations + " operations explains\n" + line(last)
        + (states.isEmpty() ? ""
            : "\n  All that ended before it can be explained, and then the state is "
                + states.stream().limit(SHOWN).collect(Collectors.joining(" or "))
                + (states.size() > SHOWN ? " or one of " + (states.size() - SHOWN) + " others" : "") + ".")
        + "\n  What cannot be together:" + lines(reasons)
        + (meanwhile.isEmpty() ? "" : "\n  Others at the same time:" + lines(meanwhile));
  }

  private static String lines(List<Operation> operations) {
    return operations.stream().limit(SHOWN).map(operation -> "\n" + line(operation)).collect(Collectors.joining())
        + (operations.size() > SHOWN ? "\n    ... " + (operations.size() - SHOWN) + " more" : "");
  }

  private static String line(Operation operation) {
    String end = operation.completion() == Completion.UNKNOWN ? "?"
        : String.format(Locale.ROOT, "%.6f", operation.completed() / SECOND);
    return String.format(Locale.ROOT, "    %.6f .. %s  process %d at %s: %s %s%s", operation.invoked() / SECOND, end,
        operation.process(), operation.node(), operation.function(), operation.argument(), answer(operation));
  }

  private static String answer(Operation operation) {
    boolean tells = operation.result() != null || operation.function().equals(RegisterModel.READ);
    return operation.completion() == Completion.OK && tells ? " -> " + operation.result()
        : ", " + operation.completion().name().toLowerCase(Locale.ROOT);
  }
}
