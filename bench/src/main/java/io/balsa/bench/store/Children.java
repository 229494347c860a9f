package io.balsa.bench.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Processes that this one has started and ends, by the numbers of their nodes. One thread. */
final class Children implements AutoCloseable {
  private static final Duration READY_MOST = Duration.ofSeconds(60);
  private static final int END_MOST_SECONDS = 20;
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  private final SortedMap<Integer, Process> processes = new TreeMap<>();
  private int killed;

  /** @param log gets what it prints */
  void start(int node, List<String> command, Path log) {
    try {
      processes.put(node, new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.get(0), e);
    }
  }

  /** By SIGKILL. */
  void kill(int node) {
    Process process = processes.get(node);
    if (killed != 0 || process == null) {
      throw new IllegalStateException("node " + node + " is not there, or another was killed before");
    }
    process.destroyForcibly();
    killed = node;
  }

  /** Waits until the process that was killed has ended. @return its node, which may be started again */
  int awaitKilled() {
    int node = killed;
    awaitEnd(processes.get(node));
    killed = 0;
    return node;
  }

  private static void awaitEnd(@Nullable Process process) {
    try {
      if (process == null || !process.waitFor(END_MOST_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no process, or one that does not end: " + process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<Long> pids() {
    return processes.values().stream().filter(Process::isAlive).map(Process::pid).toList();
  }

  /**
   * Waits for it.
   *
   * @param logs where to look if it does not come
   * @throws IllegalStateException a process has ended, or it takes too long
   */
  void await(String what, BooleanSupplier ready, Path logs) {
    long end = System.nanoTime() + READY_MOST.toNanos();
    while (!ready.getAsBoolean()) {
      if (System.nanoTime() - end >= 0 || processes.values().stream().anyMatch(process -> !process.isAlive())) {
        throw new IllegalStateException(what + " does not get ready; see " + logs);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  @Override
  public void close() {
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(Children::awaitEnd);
  }
}
