package io.balsa.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.error.BalsaException;
import io.balsa.client.fake.ModelStore.Applied;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever the network, the leaders and the callers do: every call ends once, no command is applied twice, commands apply in
 * the order of their calls, an answer is the one of its own command, and reads see what was called before them.
 */
class SessionCorePropertyTest {
  @Property(tries = 300)
  void exactlyOnceAndInOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1_500) int steps) {
    SessionWorld world = run(seed, steps, false);
    check(world);
    for (TestCall call : world.calls) {
      BalsaException error = call.error;
      assertThat(error == null || error.code().name().equals("DEADLINE_EXCEEDED")).as("without an expiry: %s", error)
          .isTrue();
    }
  }

  @Property(tries = 300)
  void atMostOnceAndInOrderWhenSessionsExpire(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1_500) int steps) {
    check(run(seed, steps, true));
  }

  private static SessionWorld run(long seed, int steps, boolean expiry) {
    SessionWorld world = new SessionWorld(seed);
    world.expiryAllowed = expiry;
    for (int i = 0; i < steps; i++) {
      world.step();
    }
    assertThat(world.comesToRest(200_000)).as("liveness").isTrue();
    return world;
  }

  private static void check(SessionWorld world) {
    Map<Integer, Integer> positions = new HashMap<>();
    List<Integer> order = new ArrayList<>();
    Map<Long, Long> lastOfSession = new HashMap<>();
    for (Applied applied : world.store.applied()) {
      int index = Integer.parseInt(applied.request().getPut().getValue().toStringUtf8());
      assertThat(positions.put(index, order.size())).as("call %s is applied once", index).isNull();
      order.add(index);
      assertThat(applied.sequence()).isEqualTo(lastOfSession.merge(applied.sessionId(), 1L, Long::sum));
    }
    assertThat(order).as("FIFO, over all sessions").isSorted();
    for (TestCall call : world.calls) {
      assertThat(call.completions).isLessThanOrEqualTo(1);
      if (call.reply != null && call.mutation()) {
        assertThat(positions).as("answered is applied").containsKey(call.index);
        assertThat(call.reply.getRevision()).as("its own reply").isEqualTo(positions.get(call.index) + 2L);
      }
      if (call.error != null && !call.error.mayHaveBeenApplied()) {
        assertThat(positions).as("known not to be applied").doesNotContainKey(call.index);
      }
      if (call.reply != null && !call.mutation()) {
        checkRead(call, world.calls, positions);
      }
    }
  }

  /** S5: it saw every answered mutation that was called before it; and something that was there. */
  private static void checkRead(TestCall read, List<TestCall> calls, Map<Integer, Integer> positions) {
    int newestBefore = -1;
    for (int i = 0; i < read.index; i++) {
      if (calls.get(i).mutation() && calls.get(i).reply != null) {
        newestBefore = i;
      }
    }
    if (newestBefore >= 0) {
      int seen = Integer.parseInt(read.reply.getGet().getKv().getValue().toStringUtf8());
      assertThat(positions.get(seen)).as("read %s saw %s", read.index, seen)
          .isGreaterThanOrEqualTo(positions.get(newestBefore));
    }
  }
}
