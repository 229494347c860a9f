package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.checker.append.MicroOperation.Append;
import io.balsa.jepsen.checker.append.MicroOperation.Read;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Histories that are strictly serializable because they come about so: each transaction takes effect at one moment,
 * within its interval if it is acknowledged, and at any later one if its outcome is unknown. Intervals of several
 * processes overlap.
 */
final class SerialStore {
  private static final int ELEMENTS_A_KEY = 20;
  private static final int KEYS_AT_A_TIME = 4;

  private final Random random;
  private final Map<String, List<Long>> lists = new HashMap<>();
  private long elements;

  private SerialStore(long seed) {
    this.random = new Random(seed);
  }

  private record Planned(int process, long invoked, long effect, long completed, Completion completion,
      boolean happens) {}

  static History history(long seed, int processes, int transactions) {
    return new SerialStore(seed).run(processes, transactions);
  }

  private History run(int processes, int transactions) {
    List<Planned> planned = new ArrayList<>();
    long[] clocks = new long[processes];
    for (int i = 0; i < transactions; i++) {
      int process = random.nextInt(processes);
      long invoked = clocks[process] + random.nextInt(10);
      long effect = invoked + random.nextInt(20);
      long completed = effect + random.nextInt(20);
      int drawn = random.nextInt(20);
      Completion completion = drawn == 0 ? Completion.UNKNOWN : drawn < 4 ? Completion.FAILED : Completion.OK;
      if (completion == Completion.UNKNOWN) {
        effect += random.nextInt(200);
      }
      planned.add(new Planned(process, invoked, effect, completed, completion,
          completion == Completion.OK || (completion == Completion.UNKNOWN && random.nextBoolean())));
      clocks[process] = completed + 1;
    }
    planned.sort(Comparator.comparingLong(Planned::effect));
    return new History(planned.stream().map(this::takesEffect).toList());
  }

  private RecordedTransaction takesEffect(Planned planned) {
    Map<String, List<Long>> own = new HashMap<>();
    List<MicroOperation> operations = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      String key = "k" + (elements / (ELEMENTS_A_KEY * KEYS_AT_A_TIME)) + "-" + random.nextInt(KEYS_AT_A_TIME);
      List<Long> list = own.computeIfAbsent(key, k -> new ArrayList<>(lists.getOrDefault(k, List.of())));
      if (random.nextBoolean()) {
        operations.add(new Read(key, planned.completion != Completion.OK && random.nextInt(4) == 0 ? null : list));
      } else {
        long element = ++elements;
        list.add(element);
        operations.add(new Append(key, element));
      }
    }
    if (planned.happens) {
      lists.putAll(own);
    }
    return new RecordedTransaction(planned.process, planned.invoked, planned.completed, planned.completion, operations);
  }
}
