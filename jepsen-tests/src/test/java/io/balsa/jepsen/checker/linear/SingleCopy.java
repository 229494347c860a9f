package io.balsa.jepsen.checker.linear;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Histories of registers that are linearizable because they come about so: each operation takes effect at one moment, within its interval
 * if it is answered, and at any later one or never if its outcome is unknown. A process whose outcome is unknown is followed by another.
 */
final class SingleCopy {
  private static final int KEYS_AT_A_TIME = 4;

  private final Random random;
  private final int perKey;
  private final int unknownPercent;
  private final boolean distinct;
  private final Map<Long, Long> registers = new HashMap<>();
  private long written;

  private record Planned(int process, long key, long invoked, long effect, long completed, Completion completion,
      boolean happens) {}

  private SingleCopy(long seed, int perKey, int unknownPercent, boolean distinct) {
    this.random = new Random(seed);
    this.perKey = perKey;
    this.unknownPercent = unknownPercent;
    this.distinct = distinct;
  }

  /**
   * Of so many operations.
   *
   * @param perKey after so many of each the keys are left for others
   * @param distinct no value is written twice; else there are three
   */
  static List<Operation> history(long seed, int clients, int operations, int perKey, int unknownPercent,
      boolean distinct) {
    return new SingleCopy(seed, perKey, unknownPercent, distinct).run(clients, operations);
  }

  private List<Operation> run(int clients, int operations) {
    List<Planned> planned = new ArrayList<>();
    long[] clocks = new long[clients];
    int[] processes = new int[clients];
    int newest = 0;
    for (int i = 0; i < clients; i++) {
      processes[i] = newest++;
    }
    for (int i = 0; i < operations; i++) {
      int client = random.nextInt(clients);
      long invoked = clocks[client] + random.nextInt(10);
      long effect = invoked + random.nextInt(20);
      long completed = effect + random.nextInt(20);
      Completion completion = random.nextInt(100) < unknownPercent ? Completion.UNKNOWN
          : random.nextInt(50) == 0 ? Completion.FAILED : Completion.OK;
      long key = (long) i / ((long) perKey * KEYS_AT_A_TIME) * KEYS_AT_A_TIME + random.nextInt(KEYS_AT_A_TIME);
      boolean unknown = completion == Completion.UNKNOWN;
      planned.add(new Planned(processes[client], key, invoked, unknown ? effect + random.nextInt(200) : effect,
          completed, completion, completion == Completion.OK || (unknown && random.nextBoolean())));
      if (unknown) {
        processes[client] = newest++;
      }
      clocks[client] = completed + 1;
    }
    planned.sort(Comparator.comparingLong(Planned::effect));
    return planned.stream().map(this::takesEffect).toList();
  }

  private Operation takesEffect(Planned planned) {
    Long value = registers.get(planned.key);
    long next = distinct ? written++ : random.nextInt(3);
    int drawn = random.nextInt(4);
    if (drawn < 2) {
      return operation(planned, "read", List.of(planned.key), value);
    }
    if (drawn == 2 || value == null) {
      if (planned.happens) {
        registers.put(planned.key, next);
      }
      return operation(planned, "write", List.of(planned.key, next), null);
    }
    long old = random.nextBoolean() ? value : distinct ? Math.max(0, value - random.nextInt(20)) : random.nextInt(3);
    boolean set = Objects.equals(old, value);
    if (planned.happens && set) {
      registers.put(planned.key, next);
    }
    return operation(planned, "cas", List.of(planned.key, old, next), set);
  }

  private static Operation operation(Planned planned, String function, Object argument, Object result) {
    return new Operation(planned.process, "n" + planned.process, function, argument,
        planned.completion == Completion.OK ? result : null, planned.invoked, planned.completed, planned.completion,
        planned.completion == Completion.OK ? null : "no answer");
  }
}
