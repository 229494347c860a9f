package io.balsa.jepsen.cluster;

import io.balsa.junit.cluster.Distribution;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One run of {@code bin/balsa} after another, each with what it printed and ended with. */
public final class Program {
  private static final Duration MOST = Duration.ofMinutes(2);

  private final Map<String, String> environment = new TreeMap<>();

  /** Sets a variable for all runs to come. */
  public Program with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What one run did. */
  public static final class Run {
    private final int status;
    private final byte[] out;
    private final String err;

    private Run(int status, byte[] out, String err) {
      this.status = status;
      this.out = out;
      this.err = err;
    }

    /** What it ended with. */
    public int status() {
      return status;
    }

    /** Standard output, byte for byte. */
    public byte[] outBytes() {
      return out.clone();
    }

    /** Standard output as text. */
    public String out() {
      return new String(out, StandardCharsets.UTF_8);
    }

    /** Standard error as text. */
    public String err() {
      return err;
    }

    /** Standard error, line by line. */
    public List<String> errLines() {
      return err.lines().toList();
    }
  }

  /** Runs a verb to its end, with nothing on standard input. */
  public Run run(String... arguments) {
    return runWithInput(new byte[0], arguments);
  }

  /** The same with these bytes on standard input. */
  public Run runWithInput(byte[] input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Distribution.program().toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      CompletableFuture<byte[]> out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
      CompletableFuture<byte[]> err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()));
      write(process.getOutputStream(), input);
      if (!process.waitFor(MOST.toNanos(), TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " did not end within " + MOST);
      }
      return new Run(process.exitValue(), out.join(), new String(err.join(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static byte[] readAll(InputStream stream) {
    try (stream) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A verb that has ended already does not read it: no failure. */
  private static void write(OutputStream stream, byte[] input) {
    try (stream) {
      stream.write(input);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
