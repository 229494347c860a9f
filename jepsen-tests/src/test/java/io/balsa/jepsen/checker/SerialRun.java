package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Histories of a store in memory that are right because they come about so: each operation takes effect at one moment, within its
 * interval if it is acknowledged, at any later one, or never, if its outcome is unknown. Intervals of several processes overlap.
 */
final class SerialRun {
  /** What an operation did. */
  record Done(String function, Object argument, Object result) {}

  /** A store, and the clients' choice of what to do. */
  interface Store {
    /** Draws an operation of this client; the store changes only if it happens. */
    Done act(Random random, int client, boolean happens);

    /** What is read when all is over. */
    List<Done> last();

    /** How long after its client gave up an operation of unknown outcome may take effect. */
    default int lateMost() {
      return 300;
    }
  }

  private record Planned(int client, int process, long invoked, long effect, long completed, Completion completion,
      boolean happens, boolean isLast) {}

  private SerialRun() {}

  static List<Operation> history(Store store, long seed, int clients, int operations) {
    Random random = new Random(seed);
    List<Planned> planned = new ArrayList<>();
    long[] clocks = new long[clients];
    int[] processes = new int[clients];
    int newest = 0;
    for (int client = 0; client < clients; client++) {
      processes[client] = newest++;
    }
    long end = 0;
    for (int i = 0; i < operations; i++) {
      int client = random.nextInt(clients);
      long invoked = clocks[client] + random.nextInt(10);
      long effect = invoked + random.nextInt(20);
      long completed = effect + random.nextInt(20);
      int drawn = random.nextInt(20);
      Completion completion = drawn == 0 ? Completion.UNKNOWN : drawn < 3 ? Completion.FAILED : Completion.OK;
      planned.add(new Planned(client, processes[client], invoked,
          completion == Completion.UNKNOWN ? effect + random.nextInt(store.lateMost()) : effect, completed, completion,
          completion == Completion.OK || (completion == Completion.UNKNOWN && random.nextBoolean()), false));
      clocks[client] = completed + 1;
      end = Math.max(end, completed);
      if (completion == Completion.UNKNOWN) {
        processes[client] = newest++;
      }
    }
    planned.add(new Planned(clients, newest, end + 1, end + 1, end + 1, Completion.OK, true, true));
    planned.sort(Comparator.comparingLong(Planned::effect));
    List<Operation> history = new ArrayList<>();
    for (Planned each : planned) {
      List<Done> done = each.isLast ? store.last() : List.of(store.act(random, each.client, each.happens));
      done.forEach(what -> history.add(operation(each, what)));
    }
    return history;
  }

  private static Operation operation(Planned planned, Done done) {
    boolean ok = planned.completion == Completion.OK;
    @Nullable
    Object result = ok ? done.result() : null;
    return new Operation(planned.process, "any", done.function(), done.argument(), result, planned.invoked,
        planned.completed, planned.completion, ok ? null : "drawn");
  }
}
