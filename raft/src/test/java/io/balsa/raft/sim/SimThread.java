package io.balsa.raft.sim;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * One more thread of a simulated process: runs what it is given in order, each a drawn while after the one before. It stands still
 * while the process is paused, or while it is preempted itself, and never runs again once the process has ended.
 */
public final class SimThread implements Executor {
  private final Stages stages;
  private final SimNode<?> home;
  private final Timeline timeline;
  private final double clockRate;
  private final String name;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean scheduled;

  SimThread(Stages stages, SimNode<?> home, Timeline timeline, double clockRate, String name) {
    this.stages = stages;
    this.home = home;
    this.timeline = timeline;
    this.clockRate = clockRate;
    this.name = name;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  /** Runs a task after a delay on this machine's clock. */
  public void schedule(Runnable task, long delayNanos) {
    timeline.after((long) (delayNanos / clockRate), () -> {
      if (stages.isAlive()) {
        execute(task);
      }
    });
  }

  private void wake() {
    if (!scheduled) {
      scheduled = true;
      timeline.after(stages.delay(), this::turn);
    }
  }

  /** {@link #scheduled} stays until the task is over: it may be preempted, and the next one waits for it. */
  private void turn() {
    if (!stages.isAlive() || home.defers(this::turn)) {
      return;
    }
    Runnable task = tasks.remove();
    stages.run(name, task::run);
    scheduled = false;
    if (!tasks.isEmpty()) {
      wake();
    }
  }
}
