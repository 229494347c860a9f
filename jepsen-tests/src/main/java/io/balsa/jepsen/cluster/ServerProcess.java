package io.balsa.jepsen.cluster;

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
  private final String id;
  private final String address;
  private final Path data;
  private final Path log;
  private final List<String> command;
  private @Nullable Process process;

  /**
   * Describes a node; starts nothing.
   *
   * @param data its data directory
   * @param log a file beside it
   * @param flags of {@code balsa server} besides --id, --data and --listen
   */
  public ServerProcess(String id, String address, Path data, Path log, List<String> flags) {
    this.id = id;
    this.address = address;
    this.data = data;
    this.log = log;
    this.command = new ArrayList<>(List.of(Distribution.program().toString(), "server", "--id", id, "--data",
        data.toString(), "--listen", address, "--stop-with-parent"));
    this.command.addAll(flags);
  }

  public String id() {
    return id;
  }

  /** {@code host:port} of its clients and peers. */
  public String address() {
    return address;
  }

  public Path data() {
    return data;
  }

  public Path log() {
    return log;
  }

  /** Starts the process; it must not run. */
  public synchronized void start() {
    if (isAlive()) {
      throw new IllegalStateException(id + " runs already");
    }
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      process = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + id, e);
    }
  }

  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Of the process that runs or ran last. */
  public synchronized long pid() {
    return started().pid();
  }

  /** SIGKILL; does not wait. */
  public synchronized void kill() {
    started().destroyForcibly();
  }

  /** SIGTERM; does not wait. */
  public synchronized void terminate() {
    started().destroy();
  }

  /** SIGSTOP: the process stands still and its connections stay open. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("kill -" + name + " of " + id + " ended with " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
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
}
