package io.balsa.cli.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitForGraphTest {
  private static WaitForGraph graph(ModelLocks locks) {
    return WaitForGraph.of(locks.infos());
  }

  private static List<String> owners(Deadlock deadlock) {
    return deadlock.owners().stream().map(Owner::label).toList();
  }

  private static List<String> waitsFor(WaitForGraph graph, int wait) {
    return graph.waits().get(wait).blockers().map(blocker -> blocker.owner().label()).toList();
  }

  @Test
  void nobodyWaitsForAnybodyAtFreeLocks() {
    WaitForGraph graph = graph(new ModelLocks().exclusive(1, "a", "l").shared(2, "b", "m").shared(3, "c", "m"));
    assertThat(graph.waits()).isEmpty();
    assertThat(graph.deadlocks()).isEmpty();
    assertThat(graph.possible()).isEmpty();
    assertThat(graph.owners()).extracting(Owner::label).containsExactly("a", "b", "c");
    assertThat(graph.heldBy(Owner.named("b"))).containsExactly("m");
    assertThat(WaitForGraph.of(List.of()).owners()).isEmpty();
  }

  @Test
  void aWaiterWaitsForHoldersAndForThoseBeforeItThatItCannotShareWith() {
    WaitForGraph graph = graph(new ModelLocks().shared(1, "r1", "l").shared(2, "r2", "l").exclusive(3, "w1", "l")
        .shared(4, "r3", "l").shared(5, "r4", "l").exclusive(6, "w2", "l"));
    assertThat(waitsFor(graph, 0)).containsExactly("r1", "r2");
    assertThat(waitsFor(graph, 1)).containsExactly("w1");
    assertThat(waitsFor(graph, 2)).containsExactly("w1");
    assertThat(waitsFor(graph, 3)).containsExactly("r1", "r2", "w1", "r3", "r4");
    assertThat(graph.deadlocks()).isEmpty();
  }

  @Test
  void twoThatWaitForEachOtherAreADeadlock() {
    ModelLocks locks = new ModelLocks().exclusive(1, "a", "l").exclusive(2, "b", "m").exclusive(1, "a", "m")
        .exclusive(2, "b", "l").exclusive(3, "c", "l");
    WaitForGraph graph = graph(locks);
    assertThat(graph.deadlocks()).singleElement().satisfies(deadlock -> {
      assertThat(owners(deadlock)).as("c waits for them, and they do not wait for c").containsExactly("a", "b");
      assertThat(deadlock.cycle()).extracting(step -> step.waits().lock()).containsExactly("m", "l");
      assertThat(deadlock.cycle()).extracting(step -> step.blocking().owner().label()).containsExactly("b", "a");
      assertThat(deadlock.since()).isEqualTo(graph.waits().get(0).waiter().request().since());
      assertThat(graph.showed(deadlock)).isTrue();
    });
    assertThat(graph.possible()).as("known for certain already").isEmpty();
    WaitForGraph before = graph(new ModelLocks().exclusive(1, "a", "l").exclusive(2, "b", "m"));
    assertThat(before.showed(graph.deadlocks().get(0))).as("was not there before").isFalse();
  }

  /** It waits behind a writer that waits for its lock: the order of the queue makes cycles, too. */
  @Test
  void aReaderBehindAWriterThatWaitsForItIsADeadlock() {
    WaitForGraph graph = graph(new ModelLocks().shared(1, "a", "l").exclusive(2, "b", "m").shared(3, "c", "l")
        .exclusive(2, "b", "l").exclusive(1, "a", "m"));
    assertThat(graph.deadlocks()).singleElement().satisfies(d -> assertThat(owners(d)).containsExactly("a", "b"));
  }

  /** Refused at once where it is seen; here the writer was asked for while the reader still waited. */
  @Test
  void whoUpgradesBehindItsOwnBackWaitsForItself() {
    ModelLocks locks = new ModelLocks().exclusive(2, "b", "l").shared(1, "a", "l").exclusive(1, "a", "l");
    assertThat(graph(locks).deadlocks()).singleElement()
        .satisfies(deadlock -> assertThat(owners(deadlock)).containsExactly("a"));
    assertThat(graph(new ModelLocks().exclusive(2, "b", "l").exclusive(1, "a", "l").shared(1, "a", "l")).deadlocks())
        .as("re-entry is granted together").isEmpty();
  }

  /** One permit is enough: a holder of another one that goes on ends the wait. */
  @Test
  void asemaphoreIsStuckOnlyWhenAllItsHoldersAre() {
    ModelLocks free = new ModelLocks().acquire(1, "a", "s", true, 2).acquire(2, "b", "s", true, 2)
        .exclusive(3, "c", "l").exclusive(1, "a", "l").acquire(3, "c", "s", true, 2);
    assertThat(graph(free).deadlocks()).as("b goes on").isEmpty();
    free.exclusive(2, "b", "l");
    assertThat(graph(free).deadlocks()).singleElement()
        .satisfies(deadlock -> assertThat(owners(deadlock)).containsExactly("a", "b", "c"));
  }

  /** A program under a lock that starts another one has a session for each; the name says that they are one. */
  @Test
  void aNameIsOneOwnerInSeveralSessions() {
    WaitForGraph graph = graph(new ModelLocks().exclusive(1, "a", "l").exclusive(2, "b", "m").exclusive(3, "a", "m")
        .exclusive(4, "b", "l"));
    assertThat(graph.deadlocks()).singleElement().satisfies(d -> assertThat(owners(d)).containsExactly("a", "b"));
  }

  @Test
  void aNameThatTwoSessionsUseAtOneLockIsOfSeveralOwners() {
    WaitForGraph graph = graph(new ModelLocks().exclusive(1, "batch", "l").exclusive(2, "batch", "l")
        .exclusive(3, "batch", "l"));
    assertThat(graph.deadlocks()).isEmpty();
    assertThat(graph.possible()).isEmpty();
    assertThat(waitsFor(graph, 1)).containsExactly("batch (session 1)", "batch (session 2)");
  }

  /** What the SDK does unless told otherwise: a new name for each lock. */
  @Test
  void clientsThatWaitForEachOtherAreAPossibleDeadlock() {
    WaitForGraph graph = graph(new ModelLocks().exclusive(1, "u1", "l").exclusive(2, "u2", "m").exclusive(1, "u3", "m")
        .exclusive(2, "u4", "l").exclusive(3, "u5", "l").exclusive(3, "u6", "l"));
    assertThat(graph.deadlocks()).isEmpty();
    assertThat(graph.possible()).singleElement()
        .satisfies(deadlock -> assertThat(owners(deadlock)).containsExactly("u3", "u4"));
  }

  @Test
  void aProgramAndWhatItRunsUnderItsLockMayDeadlockWithAnother() {
    WaitForGraph graph = graph(new ModelLocks().exclusive(1, "h:1", "l").exclusive(2, "h:2", "m")
        .exclusive(3, "h:1 > h:3", "m").exclusive(4, "h:2 > h:4", "l"));
    assertThat(graph.deadlocks()).isEmpty();
    assertThat(graph.possible()).singleElement()
        .satisfies(deadlock -> assertThat(owners(deadlock)).containsExactly("h:1 > h:3", "h:2 > h:4"));
  }

  @Test
  void anOwnerWithoutANameIsOneRequest() {
    WaitForGraph graph = graph(new ModelLocks().exclusive(1, "", "l").exclusive(2, "b", "l"));
    assertThat(waitsFor(graph, 0)).containsExactly("session 1, request 1");
  }

  /** No recursion, and no edge to each of those before: the longest queue that the cluster takes, and a ring. */
  @Test
  void longQueuesAndRingsAreNoMatter() {
    ModelLocks queue = new ModelLocks();
    for (int i = 0; i < 3_000; i++) {
      queue.exclusive(i, "o" + i, "l");
    }
    assertThat(graph(queue).deadlocks()).isEmpty();
    ModelLocks ring = new ModelLocks();
    for (int i = 0; i < 3_000; i++) {
      ring.exclusive(i, "o" + i, "l" + i);
    }
    for (int i = 0; i < 3_000; i++) {
      ring.exclusive(i, "o" + i, "l" + (i + 1) % 3_000);
    }
    assertThat(graph(ring).deadlocks()).singleElement()
        .satisfies(deadlock -> assertThat(deadlock.cycle()).hasSize(3_000));
  }
}
