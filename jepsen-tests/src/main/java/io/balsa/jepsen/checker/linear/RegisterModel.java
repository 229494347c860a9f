package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Registers by their keys, without a value at first. Functions: {@code read} of [key], answered by the value; {@code write} of [key,
 * value], whose answer does not matter; {@code cas} of [key, old, new], answered by whether the old value was there and the new one is
 * now.
 */
public final class RegisterModel implements Model<Register>, Lookahead<Register> {
  /** The functions. */
  public static final String READ = "read";
  public static final String WRITE = "write";
  public static final String CAS = "cas";

  @Override
  public Object part(Operation operation) {
    int size = switch (operation.function()) {
      case READ -> 1;
      case WRITE -> 2;
      case CAS -> 3;
      default -> throw new IllegalArgumentException("no operation of a register: " + operation);
    };
    if (!(operation.argument() instanceof List<?> list) || list.size() != size || list.get(0) == null) {
      throw new IllegalArgumentException("a " + operation.function() + " has " + size + " arguments: " + operation);
    }
    return list.get(0);
  }

  @Override
  public Register initial() {
    return new Register(null);
  }

  @Override
  public Optional<Register> step(Register state, Operation operation) {
    boolean answered = operation.completion() == Completion.OK;
    return switch (operation.function()) {
      case READ -> !answered || Objects.equals(state.value(), operation.result()) ? Optional.of(state)
          : Optional.empty();
      case WRITE -> Optional.of(new Register(written(operation)));
      default -> {
        boolean matches = Objects.equals(state.value(), expected(operation));
        if (answered && !Boolean.valueOf(matches).equals(operation.result())) {
          yield Optional.empty();
        }
        yield matches ? Optional.of(new Register(written(operation)))
            : answered ? Optional.of(state) : Optional.empty();
      }
    };
  }

  /**
   * Values that no answer tells apart are made the same one: those that no read saw and that no cas expected. So unknown writes of them
   * are all alike. An unknown operation that leaves such a value is left out, unless a cas that had not ended before it began was
   * answered with "does not match": it explains nothing. For take it out of an order that has it, and until the next change the register
   * keeps the value that it had before; what happens until then are reads of other values, of which there are none, cas that matched
   * this value, of which there are none, and cas that did not match, of which there are none either. Reads without an answer are left
   * out too.
   */
  @Override
  public List<Operation> simplify(List<Operation> operations) {
    Set<@Nullable Object> told = new HashSet<>();
    long lastMismatch = Long.MIN_VALUE;
    for (Operation operation : operations) {
      boolean answered = operation.completion() == Completion.OK;
      if (operation.function().equals(CAS)) {
        told.add(expected(operation));
        if (answered && !isMatch(operation)) {
          lastMismatch = Math.max(lastMismatch, operation.completed());
        }
      } else if (operation.function().equals(READ) && answered) {
        told.add(operation.result());
      }
    }
    List<Operation> simple = new ArrayList<>();
    for (Operation operation : operations) {
      boolean unknown = operation.completion() != Completion.OK;
      if (operation.function().equals(READ)) {
        if (!unknown) {
          simple.add(operation);
        }
      } else if (told.contains(written(operation))) {
        simple.add(operation);
      } else if (!unknown || operation.invoked() <= lastMismatch) {
        simple.add(writing(Untold.VALUE, operation));
      }
    }
    return simple;
  }

  /** Equal to no value of a history. */
  private enum Untold {
    VALUE
  }

  private static Operation writing(Object value, Operation like) {
    List<@Nullable Object> argument = new ArrayList<>((List<?>) Objects.requireNonNull(like.argument()));
    argument.set(argument.size() - 1, value);
    return new Operation(like.process(), like.node(), like.function(), argument, like.result(), like.invoked(),
        like.completed(), like.completion(), like.error());
  }

  @Override
  public Optional<Lookahead<Register>> lookahead() {
    return Optional.of(this);
  }

  @Override
  public Optional<Register> needs(Operation operation) {
    if (operation.completion() != Completion.OK) {
      return Optional.empty();
    }
    return switch (operation.function()) {
      case READ -> Optional.of(new Register(operation.result()));
      case CAS -> isMatch(operation) ? Optional.of(new Register(expected(operation))) : Optional.empty();
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<Register> makes(Operation operation) {
    boolean changes = switch (operation.function()) {
      case READ -> false;
      case CAS -> operation.completion() != Completion.OK || isMatch(operation);
      default -> true;
    };
    return changes ? Optional.of(new Register(written(operation))) : Optional.empty();
  }

  private static boolean isMatch(Operation cas) {
    return Boolean.TRUE.equals(cas.result());
  }

  private static @Nullable Object expected(Operation cas) {
    return arguments(cas).get(1);
  }

  private static @Nullable Object written(Operation operation) {
    return arguments(operation).getLast();
  }

  private static List<?> arguments(Operation operation) {
    return (List<?>) Objects.requireNonNull(operation.argument());
  }
}
