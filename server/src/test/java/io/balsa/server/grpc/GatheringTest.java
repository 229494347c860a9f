package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one poll of a stage gives to a loop, the loop has at once. */
class GatheringTest {
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());

  /** Keeps what it is given, and runs it when the test says so. */
  private static final class HeldLoop implements Executor {
    final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void runAll() {
      for (int i = 0; i < tasks.size(); i++) {
        tasks.get(i).run();
      }
    }
  }

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
  void aLoopIsWokenOnceForAllOfAPoll_andKeepsTheOrder() throws Exception {
    HeldLoop one = new HeldLoop();
    HeldLoop other = new HeldLoop();
    onStage(() -> {
      Gathering.execute(one, () -> done.add("a"));
      Gathering.execute(other, () -> done.add("other"));
      Gathering.execute(one, () -> done.add("b"));
      assertThat(one.tasks).as("before the poll ends").isEmpty();
      Gathering.handOver();
      assertThat(one.tasks).hasSize(1);
      assertThat(other.tasks).hasSize(1);
      Gathering.execute(one, () -> done.add("c"));
      Gathering.handOver();
      Gathering.handOver();
      assertThat(one.tasks).hasSize(2);
    });
    one.runAll();
    assertThat(done).containsExactly("a", "b", "c");
  }

  /** A connection flushes by a task of its own, which it adds with the first answer. */
  @Test
  void whatATaskAddsRunsBehindTheOthersOfItsPoll() throws Exception {
    HeldLoop loop = new HeldLoop();
    onStage(() -> {
      Gathering.execute(loop, () -> loop.execute(() -> done.add("flush")));
      Gathering.execute(loop, () -> done.add("second answer"));
      Gathering.handOver();
    });
    loop.runAll();
    assertThat(done).containsExactly("second answer", "flush");
  }

  @Test
  void oneThatFailsDoesNotTakeTheOthersWithIt() throws Exception {
    EventExecutor loop = new DefaultEventExecutor();
    try {
      onStage(() -> {
        Gathering.execute(loop, () -> {
          throw new AssertionError("this test's own");
        });
        Gathering.execute(loop, () -> done.add("behind"));
        Gathering.handOver();
      });
      CountDownLatch over = new CountDownLatch(1);
      loop.execute(() -> loop.execute(over::countDown)); // behind what the hand-over's task queues
      assertThat(over.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(done).containsExactly("behind");
    } finally {
      Future<?> unused = loop.shutdownGracefully();
    }
  }

  @Test
  void whoIsNoStageGivesAtOnce() {
    HeldLoop loop = new HeldLoop();
    Gathering.execute(loop, () -> done.add("now"));
    assertThat(loop.tasks).hasSize(1);
  }
}
