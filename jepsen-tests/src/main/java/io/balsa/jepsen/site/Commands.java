package io.balsa.jepsen.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Commands of the system, such as {@code ip} and {@code mount}, each run to its end within a bound. Thread-safe. */
public final class Commands {
  /** Far more than any of them takes; an unmount writes what is dirty first. */
  private static final Duration MOST = Duration.ofMinutes(2);
  /** A path without them is common, and the tools of an administrator are there. */
  private static final List<String> ALSO = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

  /**
   * What became of a command.
   *
   * @param output standard output and standard error, as they came
   */
  public record Ended(int status, String output) {
    /** Whether it succeeded. */
    public boolean well() {
      return status == 0;
    }
  }

  private Commands() {}

  /**
   * Runs a command that is to succeed, and returns what it printed.
   *
   * @throws IllegalStateException it failed, or did not end in time: the message is the command and what it printed
   */
  static String run(String... command) {
    return run(List.of(command), "");
  }

  /** The same, with this on standard input. */
  static String run(List<String> command, String input) {
    Ended ended = attempt(command, input, MOST);
    if (!ended.well()) {
      throw new IllegalStateException(
          String.join(" ", command) + ": status " + ended.status() + ": " + ended.output().strip()
              + (input.isEmpty() ? "" : "\n" + input));
    }
    return ended.output();
  }

  /**
   * Runs a command that may fail.
   *
   * @throws IllegalStateException it did not end in time
   */
  static Ended attempt(String... command) {
    return attempt(List.of(command), "", MOST);
  }

  /** The same, with this on standard input and another bound. */
  static Ended attempt(List<String> command, String input, Duration most) {
    return attempt(command, Map.of(), input, most);
  }

  /** A line of a shell that may fail, with these variables besides those that there are; what it starts and does not wait for goes on. */
  public static Ended shell(String line, Map<String, String> variables, Duration most) {
    return attempt(List.of("sh", "-c", line), variables, "", most);
  }

  /**
   * Input and output are files: a command that ends before it was told all, hangs, or leaves a child behind, breaks no pipe and keeps no
   * reader waiting.
   */
  private static Ended attempt(List<String> command, Map<String, String> variables, String input, Duration most) {
    try {
      Path told = Files.createTempFile("balsa-command-", ".in");
      Path output = Files.createTempFile("balsa-command-", ".out");
      try {
        Files.writeString(told, input);
        int status = await(start(command, variables, told, output), command, most);
        return new Ended(status, Files.readString(output, StandardCharsets.UTF_8));
      } finally {
        Files.delete(told);
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    }
  }

  private static Process start(List<String> command, Map<String, String> variables, Path input, Path output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectInput(input.toFile()).redirectErrorStream(true)
        .redirectOutput(output.toFile());
    builder.environment().put("PATH", path());
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(variables);
    return builder.start();
  }

  private static int await(Process process, List<String> command, Duration most) {
    try {
      if (!process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS)) {
        destroy(process);
        throw new IllegalStateException(String.join(" ", command) + " did not end within " + most);
      }
    } catch (InterruptedException e) {
      destroy(process);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + String.join(" ", command), e);
    }
    return process.exitValue();
  }

  /** With what it has started: a shell's command would go on, and do later what nobody expects any more. */
  private static void destroy(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  private static String path() {
    String own = System.getenv("PATH");
    return (own == null || own.isEmpty() ? "" : own + ":") + String.join(":", ALSO);
  }

  /** Those of these programs that are nowhere to be found. */
  static List<String> missing(String... programs) {
    List<String> places = List.of(path().split(":", -1));
    return Stream.of(programs)
        .filter(program -> places.stream().noneMatch(place -> Files.isExecutable(Path.of(place, program)))).toList();
  }
}
