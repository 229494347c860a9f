package io.balsa.cli.child;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command while it runs. Thread-safe. */
public final class Child {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private final Process process;
  /** Guarded by this: all that belonged to it when it was told to end. */
  private Set<ProcessHandle> told = Set.of();

  private Child(Process process) {
    this.process = process;
  }

  /**
   * Starts a command on the standard streams of this program.
   *
   * @param environment set besides what this program has
   * @throws IOException when there is no such program, or it may not be run
   */
  public static Child start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(environment);
    return new Child(builder.start());
  }

  /** Completes when the command has ended, with its status; 128 + n: by signal n. */
  public CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** SIGTERM, for the command alone: it may take its time, or not obey, and may tell what it started. */
  public synchronized void terminate() {
    Set<ProcessHandle> all = new LinkedHashSet<>(told);
    all.addAll(family());
    told = all;
    process.destroy();
  }

  /** The command has ended. If it was told to, all that it has left behind is ended as by {@link #end}. */
  public void endLeft(Duration grace) throws InterruptedException {
    List<ProcessHandle> left;
    synchronized (this) {
      left = told.stream().filter(ProcessHandle::isAlive).toList();
    }
    end(left, grace);
  }

  /**
   * Ends the command and all that it started: SIGTERM, and after the grace SIGKILL. Returns when none of them runs any more.
   * A process that has left the family before (its parent ended first) is not found.
   */
  public void end(Duration grace) throws InterruptedException {
    end(family(), grace);
  }

  private static void end(List<ProcessHandle> family, Duration grace) throws InterruptedException {
    family.forEach(ProcessHandle::destroy);
    if (!awaitEnd(family, grace)) {
      List<ProcessHandle> left = Stream.concat(family.stream(), family.stream().flatMap(ProcessHandle::descendants))
          .distinct().toList();
      left.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(left, grace.plusSeconds(1)); // a process that the kernel does not let go: nothing more can be done
    }
  }

  /**
   * Parents before their children: a script that sees its step end goes on with the next one, unless it has been told before.
   * Taken while the parents live: an orphan cannot be told from a stranger.
   */
  private List<ProcessHandle> family() {
    List<ProcessHandle> family = new ArrayList<>(List.of(process.toHandle()));
    for (int i = 0; i < family.size(); i++) {
      family.get(i).children().forEach(family::add);
    }
    return family;
  }

  private static boolean awaitEnd(List<ProcessHandle> family, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (family.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
    }
    return true;
  }
}
