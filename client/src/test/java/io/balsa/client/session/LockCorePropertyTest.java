package io.balsa.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * K1 to K3 against a model, through broken streams, changes of leader, lost answers, pauses, clocks that differ and sessions
 * that expire: the client never says that it holds what the cluster does not hold for it, every owner is told one end, and what
 * nobody wants any more leaves nothing in the queue (rows A19, A24, A26, B5, B6).
 */
class LockCorePropertyTest {
  @Property(tries = 400)
  void neverHeldButByTheClusterToo(@ForAll long seed, @ForAll @IntRange(min = -9_000, max = 9_000) int ppm,
      @ForAll @IntRange(min = 1, max = 1_500) int steps) {
    run(new LockWorld(seed, 1 + ppm / 1e6, false), steps);
  }

  @Property(tries = 300)
  void theLossIsToldBeforeTheClusterCanGiveItAway(@ForAll long seed,
      @ForAll @IntRange(min = -9_000, max = 9_000) int ppm, @ForAll @IntRange(min = 1, max = 1_500) int steps) {
    run(new LockWorld(seed, 1 + ppm / 1e6, true), steps);
  }

  private static void run(LockWorld world, int steps) {
    for (int i = 0; i < steps; i++) {
      world.lockStep();
    }
    assertThat(world.leavesNothing(steps % 2 == 0, 200_000)).as("everything ends, and nothing is left").isTrue();
  }

  /** The properties would hold for a client that never holds anything. */
  @Test
  void theWorldGrantsLosesAndRefuses() {
    int held = 0;
    int lost = 0;
    int refused = 0;
    for (long seed = 0; seed < 60; seed++) {
      LockWorld world = new LockWorld(seed, 1, seed % 2 == 0);
      run(world, 1_000);
      held += world.heldSeen;
      lost += (int) world.owners.stream().filter(owner -> owner.lost != null).count();
      refused += (int) world.owners.stream().filter(owner -> owner.notObtained != null).count();
    }
    assertThat(held).isGreaterThan(10_000);
    assertThat(lost).isGreaterThan(50);
    assertThat(refused).isGreaterThan(200);
  }
}
