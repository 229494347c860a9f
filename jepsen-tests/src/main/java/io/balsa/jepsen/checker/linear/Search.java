package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Operation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Looks for an order of the operations of a part, depth first: next in the order can be whatever began before the first end of those that
 * have no place yet. An answered operation that leaves the state as it is takes its place as soon as it can, without a choice: in any
 * order that goes on from there it can be moved to the front. Operations of unknown outcome come last, so that none is used without
 * need, and of those that are alike the one that began first stands for all. Used once, by one thread.
 */
final class Search<S> {
  /** What came out. */
  enum Answer {
    LINEARIZABLE,
    NOT_LINEARIZABLE,
    UNDECIDED
  }

  private final Part<S> part;
  private final Demand demand;
  private final Budget budget;
  private final BiConsumer<S, Operation> beforeTheLast;
  private final Pending pending;
  private final long[] placed;
  private final long[] used;
  private final Visited visited = new Visited();
  private final int[] candidates;
  private final boolean[] kindSeen;
  private int left;

  /** A place in the order: the operation that has it, the state after it, and what can come next. */
  private static final class Place<S> {
    private final int operation;
    private final S state;
    private final int stateNumber;
    private final int[] candidates;
    private int tried;

    Place(int operation, S state, int stateNumber, int[] candidates) {
      this.operation = operation;
      this.state = state;
      this.stateNumber = stateNumber;
      this.candidates = candidates;
    }
  }

  Search(Part<S> part, Budget budget) {
    this(part, Demand.of(part), budget, (state, last) -> {});
  }

  private Search(Part<S> part, Demand demand, Budget budget, BiConsumer<S, Operation> beforeTheLast) {
    this.part = part;
    this.demand = demand;
    this.budget = budget;
    this.beforeTheLast = beforeTheLast;
    pending = new Pending(part);
    placed = new long[words(part.answered())];
    used = new long[words(part.size() - part.answered())];
    candidates = new int[part.size()];
    kindSeen = new boolean[part.size()];
    left = part.answered();
  }

  /**
   * Tells all states in which one answered operation alone has no place, some more than once, each with that operation. Where that is
   * the one that ended last, these are the states that it can find.
   */
  static <S> Answer states(Part<S> part, Budget budget, BiConsumer<S, Operation> beforeTheLast) {
    return new Search<>(part, Demand.none(part), budget, beforeTheLast).run();
  }

  private static int words(int bits) {
    return (bits + Long.SIZE - 1) / Long.SIZE;
  }

  Answer run() {
    if (left == 0) {
      return Answer.LINEARIZABLE;
    }
    if (demand.missesAny()) {
      return Answer.NOT_LINEARIZABLE;
    }
    Deque<Place<S>> order = new ArrayDeque<>();
    order.push(new Place<>(-1, part.model().initial(), Demand.initial(), candidates(part.model().initial())));
    while (true) {
      Place<S> last = order.getFirst();
      if (last.tried < last.candidates.length) {
        int operation = last.candidates[last.tried++];
        Optional<S> state = part.step(last.state, operation);
        if (state.isEmpty()) {
          continue;
        }
        place(operation);
        if (left == 0) {
          return Answer.LINEARIZABLE;
        }
        int number = demand.after(last.stateNumber, operation);
        if (demand.misses(last.stateNumber, number) || !visited.add(placed, used, state.get())) {
          displace(operation);
        } else if (budget.spend()) {
          order.push(new Place<>(operation, state.get(), number, candidates(state.get())));
        } else {
          return Answer.UNDECIDED;
        }
      } else if (last.operation < 0) {
        return Answer.NOT_LINEARIZABLE;
      } else {
        order.pop();
        displace(last.operation);
      }
    }
  }

  /** What can come next in this state. */
  private int[] candidates(S state) {
    if (left == 1) {
      beforeTheLast.accept(state, part.get(Pending.operation(pending.first())));
    }
    int count = 0;
    int event = pending.first();
    for (; !Pending.isEnd(event); event = pending.after(event)) {
      int operation = Pending.operation(event);
      if (!part.isPure(operation)) {
        candidates[count++] = operation;
      } else if (part.step(state, operation).isPresent()) {
        return new int[]{operation};
      }
    }
    return Arrays.copyOf(candidates, addUnknown(count, part.get(Pending.operation(event)).completed()));
  }

  private int addUnknown(int before, long firstEnd) {
    int count = before;
    for (int i = part.answered(); i < part.size() && part.get(i).invoked() <= firstEnd; i++) {
      if (!has(used, i - part.answered()) && !kindSeen[part.kind(i)]) {
        kindSeen[part.kind(i)] = true;
        candidates[count++] = i;
      }
    }
    for (int i = before; i < count; i++) {
      kindSeen[part.kind(candidates[i])] = false;
    }
    return count;
  }

  private void place(int operation) {
    demand.take(operation);
    if (operation < part.answered()) {
      pending.take(operation);
      left--;
      flip(placed, operation);
    } else {
      flip(used, operation - part.answered());
    }
  }

  private void displace(int operation) {
    demand.putBack(operation);
    if (operation < part.answered()) {
      pending.putBack(operation);
      left++;
      flip(placed, operation);
    } else {
      flip(used, operation - part.answered());
    }
  }

  private static void flip(long[] set, int bit) {
    set[bit / Long.SIZE] ^= 1L << bit % Long.SIZE;
  }

  private static boolean has(long[] set, int bit) {
    return (set[bit / Long.SIZE] & 1L << bit % Long.SIZE) != 0;
  }
}
