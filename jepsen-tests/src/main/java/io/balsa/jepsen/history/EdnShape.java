package io.balsa.jepsen.history;

import io.balsa.jepsen.history.Edn.Keyword;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How {@code :type} and {@code :value} of a Jepsen history are made of an operation. */
public enum EdnShape {
  /** The value is the argument, and at the end of an operation that is OK its result, if it has one. */
  PLAIN {
    @Override
    @Nullable
    Object begin(Operation operation) {
      return operation.argument();
    }

    @Override
    @Nullable
    Object end(Operation operation) {
      return operation.result() == null ? operation.argument() : operation.result();
    }
  },
  /** {@code :read}, {@code :write} and {@code :cas} with values [key value], as those of independent keys are. */
  REGISTERS {
    @Override
    @Nullable
    Object begin(Operation operation) {
      return keyed(operation, EdnShape.begin(operation, null));
    }

    @Override
    @Nullable
    Object end(Operation operation) {
      return keyed(operation,
          operation.function().equals("read") ? operation.result() : EdnShape.begin(operation, null));
    }

    private List<@Nullable Object> keyed(Operation operation, @Nullable Object value) {
      List<@Nullable Object> tuple = new ArrayList<>();
      tuple.add(key(operation));
      tuple.add(value);
      return tuple;
    }

    @Override
    Keyword type(Operation operation) {
      return REGISTER.type(operation);
    }
  },
  /**
   * The same of one key, which is left out: what was read; what is written; [old new]. A cas that did not match has failed. That a key
   * is not there is {@code :none}, which the history writes first: Knossos takes nil for what nobody knows, and judges nothing by it.
   */
  REGISTER {
    @Override
    @Nullable
    Object begin(Operation operation) {
      return EdnShape.begin(operation, NONE);
    }

    @Override
    @Nullable
    Object end(Operation operation) {
      return operation.function().equals("read") ? Objects.requireNonNullElse(operation.result(), NONE)
          : begin(operation);
    }

    @Override
    Keyword type(Operation operation) {
      return Boolean.FALSE.equals(operation.result()) ? new Keyword("fail") : super.type(operation);
    }
  },
  /** {@code :txn} of [:append key element] and [:r key list]. */
  TRANSACTIONS {
    @Override
    @Nullable
    Object begin(Operation operation) {
      return steps(operation.argument());
    }

    @Override
    @Nullable
    Object end(Operation operation) {
      return steps(operation.result());
    }

    private List<Object> steps(@Nullable Object transaction) {
      List<Object> steps = new ArrayList<>();
      for (Object step : (List<?>) Objects.requireNonNull(transaction)) {
        List<@Nullable Object> words = new ArrayList<>((List<?>) step);
        words.set(0, new Keyword(String.valueOf(words.getFirst())));
        steps.add(words);
      }
      return steps;
    }
  };

  /** A process that no client has. */
  private static final int BEFORE_ALL = 1_000_000;
  private static final Keyword NONE = new Keyword("none");

  /** @param none stands for a key that is not there */
  private static @Nullable Object begin(Operation operation, @Nullable Keyword none) {
    List<?> arguments = arguments(operation);
    return switch (arguments.size()) {
      case 1 -> null;
      case 2 -> arguments.get(1);
      default -> Arrays.asList(arguments.get(1) == null ? none : arguments.get(1), arguments.get(2));
    };
  }

  /** What the history of a register begins with in the shape {@link #REGISTER}: nothing is there. */
  static Operation nothing(Operation first) {
    return new Operation(BEFORE_ALL, "any", "write", List.of(key(first), NONE), null, first.invoked() - 2,
        first.invoked() - 1, Completion.OK, null);
  }

  /** {@code :value} of the begin. */
  abstract @Nullable Object begin(Operation operation);

  /** {@code :value} of the end of one that is OK; any other ends with the value of its begin. */
  abstract @Nullable Object end(Operation operation);

  /** {@code :type} of the end. */
  Keyword type(Operation operation) {
    return new Keyword(switch (operation.completion()) {
      case OK -> "ok";
      case FAILED -> "fail";
      case UNKNOWN -> "info";
    });
  }

  /** The one that fits a history, as its functions tell: only reads, writes and cas of lists, only transactions, or anything else. */
  public static EdnShape of(List<Operation> history) {
    if (history.stream().allMatch(EdnShape::isOfRegister)) {
      return REGISTERS;
    }
    return history.stream().allMatch(operation -> operation.function().equals("txn")) ? TRANSACTIONS : PLAIN;
  }

  private static boolean isOfRegister(Operation operation) {
    int arguments = operation.argument() instanceof List<?> list ? list.size() : 0;
    return switch (operation.function()) {
      case "read" -> arguments == 1;
      case "write" -> arguments == 2;
      case "cas" -> arguments == 3;
      default -> false;
    };
  }

  /** The key of an operation of a register. */
  static Object key(Operation operation) {
    return Objects.requireNonNull(arguments(operation).getFirst());
  }

  private static List<?> arguments(Operation operation) {
    return (List<?>) Objects.requireNonNull(operation.argument());
  }
}
