package io.balsa.server.grpc;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A loop that runs when the test says so, with a clock that the test moves. Also an executor for readers and workers. */
final class ManualLoop implements Loop {
  private record Timer(long due, long order, Runnable task) {
  }

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>(
      Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
  private long nowMillis;
  private long order;

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    timers.add(new Timer(nowMillis + unit.toMillis(delay), order++, task));
  }

  /** How much is left to do now. */
  int waiting() {
    return tasks.size();
  }

  void runOne() {
    tasks.remove().run();
  }

  /** Until nothing is left to do now. */
  void run() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
  }

  void pass(long millis) {
    long end = nowMillis + millis;
    run();
    while (!timers.isEmpty() && timers.element().due() <= end) {
      Timer timer = timers.remove();
      nowMillis = timer.due();
      timer.task().run();
      run();
    }
    nowMillis = end;
  }
}
