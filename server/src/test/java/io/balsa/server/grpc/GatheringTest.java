package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What one poll of a stage gives to a loop arrives as one task. */
class GatheringTest {
  private final List<Runnable> oneLoop = new ArrayList<>();
  private final List<Runnable> otherLoop = new ArrayList<>();
  private final List<String> done = new ArrayList<>();

  /** On a thread of its own, as a stage has. */
  private static void onStage(Runnable polls) throws Exception {
    ExecutorService stage = Executors.newSingleThreadExecutor();
    try {
      Future<?> over = stage.submit(() -> {
        Gathering.begin();
        polls.run();
      });
      over.get();
    } finally {
      stage.shutdown();
    }
  }

  @Test
  void tasksOfOnePollForOneLoopAreOneTask_inTheirOrder() throws Exception {
    onStage(() -> {
      Gathering.execute(oneLoop::add, () -> done.add("first"));
      assertThat(oneLoop).as("before the poll ends").isEmpty();
    });
    assertThat(oneLoop).as("nobody handed over").isEmpty();

    onStage(() -> {
      // A method reference is another object each time it is evaluated; a loop is one.
      Executor one = oneLoop::add;
      Executor other = otherLoop::add;
      Gathering.execute(one, () -> done.add("a"));
      Gathering.execute(other, () -> done.add("other"));
      Gathering.execute(one, () -> done.add("b"));
      Gathering.handOver();
      Gathering.execute(one, () -> done.add("c"));
      Gathering.handOver();
      Gathering.handOver();
    });
    assertThat(oneLoop).hasSize(2);
    assertThat(otherLoop).hasSize(1);
    oneLoop.forEach(Runnable::run);
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void oneThatFailsDoesNotTakeTheOthersWithIt() throws Exception {
    onStage(() -> {
      Executor loop = oneLoop::add;
      Gathering.execute(loop, () -> done.add("before"));
      Gathering.execute(loop, () -> {
        throw new IllegalStateException("this test's own");
      });
      Gathering.execute(loop, () -> done.add("behind"));
      Gathering.handOver();
    });
    oneLoop.forEach(Runnable::run);
    assertThat(done).containsExactly("before", "behind");
  }

  @Test
  void whoIsNoStageGivesAtOnce() {
    Gathering.execute(oneLoop::add, () -> done.add("now"));
    assertThat(oneLoop).hasSize(1);
  }
}
