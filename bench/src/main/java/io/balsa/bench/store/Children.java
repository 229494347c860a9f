package io.balsa.bench.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Processes that this one has started and ends. */
final class Children implements AutoCloseable {
  private static final Duration READY_MOST = Duration.ofSeconds(60);
  private static final int END_MOST_SECONDS = 20;
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  private final List<Process> processes = new ArrayList<>();

  /** @param log gets what it prints */
  void start(List<String> command, Path log) {
    try {
      processes.add(new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.get(0), e);
    }
  }

  List<Long> pids() {
    return processes.stream().filter(Process::isAlive).map(Process::pid).toList();
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
      if (System.nanoTime() - end >= 0 || processes.stream().anyMatch(process -> !process.isAlive())) {
        throw new IllegalStateException(what + " does not get ready; see " + logs);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    try {
      for (Process process : processes) {
        if (!process.waitFor(END_MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException("process " + process.pid() + " does not end");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
