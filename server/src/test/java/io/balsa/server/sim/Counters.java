package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.StreamReply;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.CounterChecker;
import io.balsa.raft.sim.Operation;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import io.balsa.storage.sim.KvState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counters that all clients increment, a few calls in flight: exactly once each, exact at the end, and each client's in the order in
 * which it made them (FIFO).
 */
final class Counters implements Usage {
  private static final long TIMEOUT_NANOS = 5_000_000_000L;
  private static final int KEYS = 2;
  private static final int BURST_MAX = 8;

  /** One call of one client, in the order of its calls; what it gave, or 0. */
  private static final class Made {
    long gave;
  }

  private final History history;
  private final Tally tally;
  private final Map<String, List<Made>> made = new TreeMap<>();

  Counters(Cluster<Result> cluster, Tally tally) {
    this.history = new History(cluster.timeline());
    this.tally = tally;
  }

  @Override
  public void use(SimSdk client) {
    int key = client.random().between(0, KEYS - 1);
    for (int i = client.random().between(1, BURST_MAX); i > 0; i--) {
      increment(client, key);
    }
  }

  private void increment(SimSdk client, int key) {
    Made call = new Made();
    made.computeIfAbsent(client.name() + " counter " + key, name -> new ArrayList<>()).add(call);
    History.Open increment = history.begin(client.number(), Operation.Kind.ADD, key, 0);
    client.call(Ops.increment("counter/" + key), true, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add("INCREMENT");
        call.gave = reply.getIncr().getValue();
        increment.answered(call.gave);
      }

      @Override
      public void failed(BalsaException why) {
        tally.add(why.mayHaveBeenApplied() ? "INCREMENT_UNKNOWN" : "INCREMENT_FAILED");
        increment.failed(why);
      }
    });
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    for (int key = 0; key < KEYS; key++) {
      List<Operation> increments = history.of(key);
      String wrong = CounterChecker.check(increments);
      if (wrong != null) {
        throw new Violation("ExactlyOnce", wrong);
      }
      String value = ((KvState) core.get(0).state()).read("counter/" + key);
      checkTotal(increments, value == null ? 0 : Long.parseLong(value));
    }
    made.forEach(Counters::checkOrder);
  }

  static void checkTotal(List<Operation> increments, long total) {
    long unknown = increments.stream().filter(Operation::isUnknown).count();
    long known = increments.size() - unknown;
    if (total < known || total > known + unknown) {
      throw new Violation("ExactlyOnce",
          "a counter ends at " + total + " after " + known + " increments that were answered and "
              + unknown + " of unknown outcome");
    }
  }

  private static void checkOrder(String whose, List<Made> calls) {
    checkOrder(whose, calls.stream().mapToLong(call -> call.gave).toArray());
  }

  /** @param gave by one client's calls in their order; 0: not known */
  static void checkOrder(String whose, long[] gave) {
    long before = 0;
    for (long value : gave) {
      if (value != 0 && value < before) {
        throw new Violation("Fifo", whose + " got " + value + " from a call made after one that got " + before);
      }
      before = Math.max(before, value);
    }
  }

  @Override
  public int operations() {
    return history.operations();
  }

  @Override
  public int unknown() {
    return history.unknown();
  }
}
