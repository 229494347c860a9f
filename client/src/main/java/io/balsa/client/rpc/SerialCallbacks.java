package io.balsa.client.rpc;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs what it is given one after the other, in order, on an executor; a few at a time, so that others have their turn. */
final class SerialCallbacks implements Executor {
  private static final int AT_A_TIME = 64;

  private final Executor executor;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  SerialCallbacks(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable callback) {
    synchronized (waiting) {
      waiting.add(callback);
      if (running) {
        return;
      }
      running = true;
    }
    executor.execute(this::run);
  }

  private void run() {
    for (int i = 0; i < AT_A_TIME; i++) {
      Runnable next;
      synchronized (waiting) {
        next = waiting.poll();
        if (next == null) {
          running = false;
          return;
        }
      }
      next.run();
    }
    executor.execute(this::run);
  }
}
