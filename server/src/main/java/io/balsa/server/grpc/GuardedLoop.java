package io.balsa.server.grpc;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A loop whose tasks belong to one call: one that throws is the end of that call, and of nothing else. */
final class GuardedLoop implements Loop {
  private final Loop loop;
  private final Consumer<RuntimeException> defect;

  /** @param defect told, on the loop, what a task threw */
  GuardedLoop(Loop loop, Consumer<RuntimeException> defect) {
    this.loop = loop;
    this.defect = defect;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(() -> run(task));
  }

  @Override
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    loop.schedule(() -> run(task), delay, unit);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      defect.accept(e);
    }
  }
}
