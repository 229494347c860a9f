package io.balsa.server.grpc;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the connection that this thread is serving, so that an answer is written where its connection lives. Calls that
 * arrive on another thread (in tests) get any loop.
 */
public final class Loops implements Supplier<Loop> {
  private static final Logger log = LoggerFactory.getLogger(Loops.class);

  private final EventLoopGroup workers;

  public Loops(EventLoopGroup workers) {
    this.workers = workers;
  }

  @Override
  public Loop get() {
    for (EventExecutor executor : workers) {
      if (executor.inEventLoop()) {
        return loop(executor);
      }
    }
    return loop(workers.next());
  }

  private static Loop loop(EventExecutor executor) {
    return new Loop() {
      @Override
      public void execute(Runnable task) {
        Gathering.execute(executor, task);
      }

      @Override
      public void schedule(Runnable task, long delay, TimeUnit unit) {
        executor.schedule(task, delay, unit).addListener(end -> {
          Throwable defect = end.cause();
          if (defect != null && !executor.isShuttingDown()) {
            log.error("a task of a connection failed", defect);
          }
        });
      }
    };
  }
}
