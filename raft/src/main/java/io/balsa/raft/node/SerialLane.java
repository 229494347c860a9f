package io.balsa.raft.node;

import io.balsa.raft.port.NodeListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Work that may wait for a disk, done one piece after the other, in order, on whatever threads a pool has. Thread-safe. */
final class SerialLane {
  /** One piece. */
  interface Work {
    void run() throws IOException;
  }

  private final String name;
  private final Executor readers;
  private final NodeListener listener;
  private final ArrayDeque<Work> waiting = new ArrayDeque<>();
  private boolean running;

  /** @param name for people, when a piece fails: that is fatal */
  SerialLane(String name, Executor readers, NodeListener listener) {
    this.name = name;
    this.readers = readers;
    this.listener = listener;
  }

  void add(Work work) {
    synchronized (this) {
      waiting.add(work);
      if (running) {
        return;
      }
      running = true;
    }
    runNext();
  }

  private void runNext() {
    try {
      readers.execute(this::runOne);
    } catch (RejectedExecutionException e) {
      abandon(); // the pool ends after the node's threads have: what waits is of no use to anyone
    }
  }

  private void runOne() {
    Work work;
    synchronized (this) {
      work = waiting.remove();
    }
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      abandon();
      listener.fatal(name, e);
      return;
    }
    synchronized (this) {
      if (waiting.isEmpty()) {
        running = false;
        return;
      }
    }
    runNext();
  }

  private synchronized void abandon() {
    waiting.clear();
  }
}
