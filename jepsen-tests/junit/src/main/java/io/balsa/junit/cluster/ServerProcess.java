package io.balsa.junit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node and its process, which can be started many times over. All its output is appended to {@link #log}. Thread-safe. */
public final class ServerProcess {
  private static final Duration END_MOST = Duration.ofMinutes(1);
  /** What {@code balsa server} takes settings from, which belong to the node alone, and what its JVM takes options from. */
  private static final String SETTINGS = "BALSA_";
  private static final String JAVA_OPTIONS = "BALSA_JAVA_OPTS";

  private final String id;
  private final int number;
  private final Site site;
  private final Path data;
  private final Path log;
  private List<String> flags;
  private @Nullable Process process;
  private @Nullable Pause pause;
  private boolean toldToEnd;
  private boolean mayEnd;

  /**
   * @param number of the node at the site
   * @param data its data directory
   * @param log a file beside it
   * @param flags of {@code balsa server} besides --id, --data and --listen
   */
  ServerProcess(String id, int number, Site site, Path data, Path log, List<String> flags) {
    this.id = id;
    this.number = number;
    this.site = site;
    this.data = data;
    this.log = log;
    this.flags = List.copyOf(flags);
  }

  public String id() {
    return id;
  }

  /** {@code host:port} of its clients and peers. */
  public String address() {
    return site.address(number);
  }

  public Path data() {
    return data;
  }

  public Path log() {
    return log;
  }

  /**
   * Starts the process, and does not wait until it is ready. One that was told to end, by {@link #kill} or {@link #terminate}, is
   * waited for.
   *
   * @throws IllegalStateException when it runs
   */
  public void start() {
    if (isToldToEnd()) {
      awaitEnd(END_MOST);
    }
    startNow();
  }

  private synchronized void startNow() {
    if (isAlive()) {
      throw new IllegalStateException(id + " runs already");
    }
    ProcessBuilder server = new ProcessBuilder(command()).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    server.environment().keySet().removeIf(name -> name.startsWith(SETTINGS) && !name.equals(JAVA_OPTIONS));
    server.environment().putAll(site.environment(number));
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      process = server.start();
      toldToEnd = false;
      mayEnd = false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + id, e);
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>(site.launcher(number));
    command.addAll(List.of(site.program(number).toString(), "server", "--id", id, "--data", data.toString(), "--listen",
        site.listen(number), "--stop-with-parent"));
    command.addAll(flags);
    return command;
  }

  /** Those of the next start, in place of the ones before. */
  synchronized void flags(List<String> others) {
    flags = List.copyOf(others);
  }

  int number() {
    return number;
  }

  /** Ends the process with SIGTERM, as whoever upgrades it does, and starts it again; does not wait until it is ready. */
  public void restart() {
    resume();
    terminate();
    start();
  }

  /** Whether there is a process, be it one that stands still. */
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether the process stands still since {@link #pause}. */
  public synchronized boolean isPaused() {
    return pause != null;
  }

  /**
   * Whether its process may end by itself from now on, as one does whose disk is full or damaged: {@link RealCluster#restore} starts it
   * again then. The next {@link #start} forbids it.
   */
  public synchronized void mayEnd(boolean allowed) {
    mayEnd = allowed;
  }

  /** Whether nobody but the process itself, or somebody else on the machine, has ended it, and it was not allowed to. */
  public synchronized boolean hasEndedByItself() {
    return process != null && !process.isAlive() && !toldToEnd && !mayEnd;
  }

  /** Whether it has ended as it was allowed to. */
  synchronized boolean hasEndedAsAllowed() {
    return process != null && !process.isAlive() && !toldToEnd && mayEnd;
  }

  synchronized boolean isToldToEnd() {
    return toldToEnd;
  }

  /** Of the process that runs or ran last. */
  public synchronized long pid() {
    return started().pid();
  }

  /** SIGKILL; does not wait. */
  public synchronized void kill() {
    tellToEnd().destroyForcibly();
    resume();
  }

  /** SIGTERM; does not wait. A process that stands still obeys when it goes on. */
  public synchronized void terminate() {
    tellToEnd().destroy();
  }

  private Process tellToEnd() {
    toldToEnd |= isAlive();
    return started();
  }

  /** SIGSTOP: the process stands still and its connections stay open. */
  public synchronized void pause() {
    if (pause == null) {
      pause = Pause.of(pid());
    }
  }

  /** SIGCONT after {@link #pause}. */
  public synchronized void resume() {
    if (pause != null) {
      pause.end();
      pause = null;
    }
  }

  /** Waits for the end of the process and returns what it ended with (128 + n: by signal n). */
  public int awaitEnd(Duration most) {
    Process running;
    synchronized (this) {
      running = started();
    }
    try {
      if (!running.waitFor(most.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException(
            id + " (pid " + running.pid() + ") still runs after " + most + "\n" + logText());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return running.exitValue();
  }

  /** All that the node printed, over all its runs. */
  public String logText() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process started() {
    if (process == null) {
      throw new IllegalStateException(id + " was never started");
    }
    return process;
  }

  /** What became of its process, in a few words. */
  private synchronized String condition() {
    if (process == null) {
      return "was not started";
    }
    if (process.isAlive()) {
      return pause == null ? "runs" : "stands still";
    }
    return (toldToEnd ? "was ended, status " : "ended by itself, status ") + process.exitValue();
  }

  @Override
  public String toString() {
    return id + " (" + address() + ", " + condition() + ")";
  }
}
