package io.balsa.cli.local;

import io.balsa.server.config.Setting;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One node: where it lives, and its process while it runs. What it prints is appended to {@link #log}, beside its data
 * directory. Thread-safe.
 */
public final class LocalNode {
  private static final int TAIL_BYTES = 64 << 10;

  private final String id;
  private final String address;
  private final Path data;
  private final Path log;
  private final List<String> command;
  private @Nullable Process process;

  LocalNode(String id, String address, Path directory, Path program, String cluster,
      List<String> flags) {
    this.id = id;
    this.address = address;
    this.data = directory.resolve(id);
    this.log = directory.resolve(id + ".log");
    // The shell ignores SIGINT for what it becomes: a Ctrl-C in the terminal reaches the whole foreground process group, and
    // who started the nodes stops them in order.
    List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\"", program.toString(),
        "server", "--id", id, "--data", data.toString(), "--listen", address, "--cluster", cluster,
        "--stop-with-parent"));
    words.addAll(flags);
    this.command = List.copyOf(words);
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

  /** What the process prints, over all its runs. */
  public Path log() {
    return log;
  }

  /** Starts the process. */
  public void start() throws IOException {
    start(status -> {});
  }

  /**
   * Starts the process.
   *
   * @param ended called on another thread when this run of it has ended, with what it ended with (128 + n: by signal n)
   */
  public synchronized void start(IntConsumer ended) throws IOException {
    if (running()) {
      throw new IllegalStateException(id + " runs already");
    }
    Files.createDirectories(log.toAbsolutePath().getParent());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // They are told by flags; what the environment says is meant for one node.
    for (Setting setting : Setting.values()) {
      builder.environment().remove(setting.environmentVariable());
    }
    Process started = builder.start();
    process = started;
    CompletionStage<Process> end = started.onExit();
    end.thenAccept(run -> ended.accept(run.exitValue()));
  }

  public synchronized boolean running() {
    return process != null && process.isAlive();
  }

  /** Of the process that runs or ran last; 0 before the first. */
  public synchronized long pid() {
    return process == null ? 0 : process.pid();
  }

  /** SIGTERM: the node hands leadership over, finishes what is in flight and ends. */
  public synchronized void terminate() {
    if (process != null) {
      process.destroy();
    }
  }

  /** SIGKILL. */
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Waits for the end of the process; false: it still runs. */
  public boolean awaitEnd(Duration most) throws InterruptedException {
    Process running;
    synchronized (this) {
      running = process;
    }
    return running == null || running.waitFor(most.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The last lines that the node printed, for a report of why it ended. */
  public List<String> lastLines(int most) {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL_BYTES);
      byte[] tail = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(tail);
      List<String> lines = new String(tail, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
      return lines.subList(Math.max(0, lines.size() - most), lines.size());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + log, e);
    }
  }
}
