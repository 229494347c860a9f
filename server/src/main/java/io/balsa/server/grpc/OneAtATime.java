package io.balsa.server.grpc;

import java.io.IOException;
import io.balsa.server.disk.DiskTask;
import java.util.ArrayDeque;

/** Work of one kind, done one piece after the other on whatever workers there are: it leaves the others to other work. Thread-safe. */
final class OneAtATime {
  private final ArrayDeque<DiskTask> waiting = new ArrayDeque<>();
  private boolean running;

  void run(Group group, DiskTask task) {
    synchronized (this) {
      waiting.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    group.onWorker(() -> runNext(group));
  }

  private void runNext(Group group) throws IOException {
    DiskTask task;
    synchronized (this) {
      task = waiting.remove();
    }
    try {
      task.run();
    } finally {
      if (goesOn()) {
        group.onWorker(() -> runNext(group));
      }
    }
  }

  private synchronized boolean goesOn() {
    running = !waiting.isEmpty();
    return running;
  }
}
