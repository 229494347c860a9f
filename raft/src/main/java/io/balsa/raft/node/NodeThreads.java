package io.balsa.raft.node;

import io.balsa.raft.port.NodeListener;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The threads of a node: one for each stage, which polls when it is woken, and the raft thread every few milliseconds as well. A
 * Throwable in any of them is fatal: it is told to the listener and the stages stop (nothing is swallowed). The log writer is
 * never interrupted (E3).
 */
public final class NodeThreads implements AutoCloseable {
  /** How often time passes for the core when nothing else happens. */
  private static final long TICK_NANOS = 5_000_000L;
  private static final long IDLE_NANOS = 100_000_000L;

  private interface Poll {
    boolean poll() throws IOException;
  }

  private final RaftNode<?> node;
  private final NodeListener listener;
  private final Map<Stage, StageThread> threads = new EnumMap<>(Stage.class);
  private final AtomicBoolean failed = new AtomicBoolean();

  private NodeThreads(RaftNode<?> node, NodeListener listener, String name, LongSupplier nanoClock) {
    this.node = node;
    this.listener = listener;
    threads.put(Stage.CONSENSUS, new StageThread(name + "-raft",
        () -> Math.min(TICK_NANOS, node.consensusDueNanos(nanoClock.getAsLong())), () -> {
          node.pollConsensus(nanoClock);
          return false;
        }));
    threads.put(Stage.LOG_WRITER, new StageThread(name + "-log", () -> IDLE_NANOS, node::pollLogWriter));
    threads.put(Stage.APPLIER, new StageThread(name + "-apply", () -> IDLE_NANOS, node::pollApplier));
    threads.put(Stage.MAINTENANCE, new StageThread(name + "-maintain", () -> IDLE_NANOS, node::pollMaintenance));
  }

  /**
   * @param name      for the threads' names
   * @param nanoClock monotonic time in nanoseconds
   */
  public static NodeThreads start(RaftNode<?> node, NodeListener listener, String name, LongSupplier nanoClock) {
    NodeThreads started = new NodeThreads(node, listener, name, nanoClock);
    node.setSignals(stage -> {
      StageThread thread = started.threads.get(stage);
      if (thread != null) {
        thread.wake();
      }
    });
    started.threads.values().forEach(Thread::start);
    return started;
  }

  /**
   * Stops the stages in order: no more consensus, then what was asked of the disk is written, then what is committed is applied.
   * Whoever still waits is told that the outcome is unknown. Blocks until the threads have ended.
   */
  @Override
  public void close() {
    for (Stage stage : Stage.values()) {
      StageThread thread = threads.get(stage);
      if (thread != null) {
        thread.stopWhenIdle();
      }
    }
    node.abandonAll();
  }

  private final class StageThread extends Thread {
    private final LongSupplier parkNanos;
    private final Poll poll;
    private final AtomicBoolean awake = new AtomicBoolean(true);
    private volatile boolean stop;

    StageThread(String name, LongSupplier parkNanos, Poll poll) {
      super(name);
      this.parkNanos = parkNanos;
      this.poll = poll;
    }

    void wake() {
      if (!awake.get() && !awake.getAndSet(true)) {
        LockSupport.unpark(this);
      }
    }

    /** Ends after the poll that finds nothing more to do. */
    void stopWhenIdle() {
      stop = true;
      wake();
      boolean interrupted = false;
      while (isAlive()) {
        try {
          join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void run() {
      try {
        listener.stageBegins();
        while (!failed.get()) {
          boolean stopAfterThis = stop;
          awake.set(false);
          boolean worked = poll.poll();
          listener.stagePolled();
          if (!worked && stopAfterThis) {
            return;
          }
          if (!worked && !awake.get()) {
            LockSupport.parkNanos(parkNanos.getAsLong());
          }
        }
      } catch (IOException | RuntimeException | Error e) {
        if (failed.compareAndSet(false, true)) {
          listener.fatal(getName(), e);
        }
      }
    }
  }
}
