package io.balsa.cli.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Deadlocks are what the plainest search for cycles finds, and what never ends when all others do. */
class WaitForGraphPropertyTest {
  private static final List<String> OWNERS = IntStream.range(0, 6).mapToObj(i -> "o" + i).toList();
  private static final List<String> LOCKS = List.of("k", "l", "m", "n");

  record Step(int owner, int lock, boolean shared) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(Arbitraries.integers().between(0, OWNERS.size() - 1),
        Arbitraries.integers().between(0, LOCKS.size() - 1), Arbitraries.of(true, false, false)).as(Step::new).list()
        .ofMaxSize(16);
  }

  /** The first {@code semaphores} locks have two permits. */
  private static ModelLocks locks(List<Step> steps, int semaphores) {
    ModelLocks locks = new ModelLocks();
    for (Step step : steps) {
      boolean semaphore = step.lock < semaphores;
      locks.acquire(step.owner, OWNERS.get(step.owner), LOCKS.get(step.lock), semaphore || step.shared,
          semaphore ? 2 : 0);
    }
    return locks;
  }

  private static Set<String> deadlocked(WaitForGraph graph) {
    Set<String> names = new TreeSet<>();
    graph.deadlocks().forEach(deadlock -> deadlock.owners().forEach(owner -> names.add(owner.name())));
    return names;
  }

  @Property(tries = 3_000)
  void deadlocksAreTheCyclesThatAPlainSearchFinds(@ForAll("steps") List<Step> steps) {
    ModelLocks locks = locks(steps, 0);
    boolean[][] reaches = locks.edges(OWNERS);
    for (int via = 0; via < OWNERS.size(); via++) {
      for (int from = 0; from < OWNERS.size(); from++) {
        for (int to = 0; to < OWNERS.size(); to++) {
          reaches[from][to] |= reaches[from][via] && reaches[via][to];
        }
      }
    }
    Set<String> onCycles = new TreeSet<>();
    for (int i = 0; i < OWNERS.size(); i++) {
      if (reaches[i][i]) {
        onCycles.add(OWNERS.get(i));
      }
    }
    WaitForGraph graph = WaitForGraph.of(locks.infos());
    Statistics.label("deadlocks").collect(graph.deadlocks().size());
    assertThat(deadlocked(graph)).isEqualTo(onCycles);
    for (Deadlock deadlock : graph.deadlocks()) {
      isACycle(deadlock);
      assertThat(graph.showed(deadlock)).isTrue();
    }
    assertThat(graph.possible()).as("here each client is one owner").isEmpty();
  }

  private static void isACycle(Deadlock deadlock) {
    List<Deadlock.Step> cycle = deadlock.cycle();
    for (int i = 0; i < cycle.size(); i++) {
      assertThat(cycle.get(i).blocking().owner()).isEqualTo(cycle.get((i + 1) % cycle.size()).waits().owner());
      assertThat(cycle.get(i).waits().blockers()).contains(cycle.get(i).blocking());
    }
    assertThat(cycle).extracting(step -> step.waits().owner()).doesNotHaveDuplicates().isSubsetOf(deadlock.owners());
  }

  @Property(tries = 3_000)
  void thereIsADeadlockWhenSomebodyNeverEnds(@ForAll("steps") List<Step> steps,
      @ForAll("semaphores") int semaphores) {
    ModelLocks locks = locks(steps, semaphores);
    WaitForGraph graph = WaitForGraph.of(locks.infos());
    List<String> never = locks.neverEnd(OWNERS);
    Statistics.label("with semaphores, deadlocks").collect(graph.deadlocks().size());
    assertThat(graph.deadlocks().isEmpty()).isEqualTo(never.isEmpty());
    assertThat(never).containsAll(deadlocked(graph));
    graph.deadlocks().forEach(WaitForGraphPropertyTest::isACycle);
  }

  @Provide
  Arbitrary<Integer> semaphores() {
    return Arbitraries.integers().between(0, 3);
  }
}
