package io.balsa.raft.sim;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a history of one register is linearizable: Wing and Gong's search, with Lowe's memory of configurations already tried.
 * Written values are unique and not 0, the first value.
 *
 * <p>Operations with an unknown outcome are settled first, which keeps the search small. One whose value nobody observed is left
 * out: in any linearization that has it, nothing observes the register between it and the next write, so it can go. One whose
 * value was observed took effect before the first observer returned, so it gets that return time.
 */
public final class RegisterChecker {
  /** Configurations tried before the search gives up. */
  private static final int TRIED_MAX = 2_000_000;

  /** The verdict on a history. */
  public enum Verdict {
    LINEARIZABLE, NOT_LINEARIZABLE, GAVE_UP
  }

  /** @param culprit the operation that no linearization reached, when there is none */
  public record Result(Verdict verdict, @Nullable Operation culprit) {
  }

  /**
   * What has been linearized (the first {@code done} in order of invocation, and those in {@code bits} after), the value, and how
   * many of those observed that value.
   */
  private record Configuration(int done, BigInteger bits, long value, int observers) {
  }

  private RegisterChecker() {
  }

  /** @param history operations of one key, in any order */
  public static Result check(List<Operation> history) {
    List<Operation> ops = settle(history);
    ops.sort(Comparator.comparingLong(Operation::invokedAt).thenComparingLong(Operation::returnedAt));
    return new Search(ops).run();
  }

  private static List<Operation> settle(List<Operation> history) {
    Map<Long, Long> firstObserved = new HashMap<>();
    for (Operation op : history) {
      if (!op.isUnknown()) {
        if (op.kind() == Operation.Kind.READ || op.kind() == Operation.Kind.FAILED_CAS) {
          firstObserved.merge(op.value(), op.returnedAt(), Math::min);
        } else if (op.kind() == Operation.Kind.CAS) {
          firstObserved.merge(op.expected(), op.returnedAt(), Math::min);
        }
      }
    }
    // An unknown compare-and-set that was observed observed something itself; so until nothing changes.
    List<Operation> settled = new ArrayList<>();
    List<Operation> unknown = new ArrayList<>();
    for (Operation op : history) {
      (op.isUnknown() ? unknown : settled).add(op);
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = unknown.size() - 1; i >= 0; i--) {
        Operation op = unknown.get(i);
        Long by = op.writes() ? firstObserved.get(op.value()) : null;
        if (by != null) {
          unknown.remove(i);
          settled.add(new Operation(op.client(), op.kind(), op.key(), op.value(), op.expected(), op.invokedAt(),
              Math.max(by, op.invokedAt())));
          if (op.kind() == Operation.Kind.CAS) {
            firstObserved.merge(op.expected(), by, Math::min);
          }
          changed = true;
        }
      }
    }
    return settled;
  }

  private static final class Search {
    private final List<Operation> ops;
    private final Set<Configuration> tried = new HashSet<>();
    /** How many operations observe a value. It comes only once, so it must not go before they all have. */
    private final Map<Long, Integer> observers = new HashMap<>();
    private int deepest;

    Search(List<Operation> ops) {
      this.ops = ops;
      for (Operation op : ops) {
        if (op.kind() != Operation.Kind.WRITE) {
          observers.merge(op.kind() == Operation.Kind.CAS ? op.expected() : op.value(), 1, Integer::sum);
        }
      }
    }

    /** Depth first, on a stack of its own: histories are longer than Java's. */
    Result run() {
      List<Configuration> stack = new ArrayList<>(List.of(new Configuration(0, BigInteger.ZERO, 0, 0)));
      while (!stack.isEmpty()) {
        Configuration at = stack.remove(stack.size() - 1);
        if (at.done == ops.size()) {
          return new Result(Verdict.LINEARIZABLE, null);
        }
        deepest = Math.max(deepest, at.done);
        if (tried.size() > TRIED_MAX) {
          return new Result(Verdict.GAVE_UP, null);
        }
        addNext(stack, at);
      }
      return new Result(Verdict.NOT_LINEARIZABLE, ops.get(deepest));
    }

    /** Whatever was invoked before the first return of an operation not yet linearized may be next. */
    private void addNext(List<Configuration> stack, Configuration at) {
      long firstReturn = Long.MAX_VALUE;
      int end = at.done;
      while (end < ops.size() && ops.get(end).invokedAt() <= firstReturn) {
        if (!isDone(at, end)) {
          firstReturn = Math.min(firstReturn, ops.get(end).returnedAt());
        }
        end++;
      }
      List<Integer> candidates = new ArrayList<>();
      for (int i = at.done; i < end; i++) {
        if (!isDone(at, i) && ops.get(i).invokedAt() <= firstReturn && isPossible(ops.get(i), at)) {
          if (!ops.get(i).writes()) { // it changes nothing, so that it comes now is as good as later: no choice to go back to
            candidates = List.of(i);
            break;
          }
          candidates.add(i);
        }
      }
      if (candidates.size() > 1) {
        // Tried first what returned first: an operation that took effect long after its call comes when it is due.
        candidates.sort(Comparator.comparingLong((Integer i) -> ops.get(i).returnedAt()).reversed());
      }
      for (int i : candidates) {
        Operation op = ops.get(i);
        Configuration next = op.writes() ? linearized(at, i, op.value(), 0)
            : linearized(at, i, at.value, at.observers + 1);
        if (tried.add(next)) {
          stack.add(next);
        }
      }
    }

    private boolean isPossible(Operation op, Configuration at) {
      int toCome = observers.getOrDefault(at.value, 0) - at.observers;
      return switch (op.kind()) {
        case WRITE -> toCome == 0;
        case READ, FAILED_CAS -> at.value == op.value();
        case CAS -> at.value == op.expected() && toCome == 1;
        case ADD -> throw new IllegalArgumentException("a counter is no register: " + op);
      };
    }

    private static boolean isDone(Configuration at, int i) {
      return i < at.done || at.bits.testBit(i - at.done);
    }

    private static Configuration linearized(Configuration at, int i, long value, int observers) {
      BigInteger bits = at.bits.setBit(i - at.done);
      int shift = bits.not().getLowestSetBit();
      return new Configuration(at.done + shift, bits.shiftRight(shift), value, observers);
    }
  }

  /** Splits by key and checks each; counters are not looked at. */
  public static List<Result> checkAll(List<Operation> history, int keys) {
    List<List<Operation>> byKey = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      byKey.add(new ArrayList<>());
    }
    for (Operation op : history) {
      if (op.kind() != Operation.Kind.ADD) {
        byKey.get(op.key()).add(op);
      }
    }
    return byKey.stream().map(RegisterChecker::check).toList();
  }
}
