package io.balsa.junit.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A process that stands still. A shell beside it lets it go on when this pause ends, and also when this JVM ends, however it does: a
 * server that stands still could not notice that and end as well. Who presses Ctrl-C does not end the shell before that.
 */
final class Pause {
  private static final String SCRIPT = "trap '' INT TERM HUP; kill -STOP \"$1\" || exit; echo stands; cat; kill -CONT \"$1\"";

  private final Process shell;

  private Pause(Process shell) {
    this.shell = shell;
  }

  /** Stops this process; it has stopped when this returns. */
  static Pause of(long pid) {
    try {
      Process shell = new ProcessBuilder("sh", "-c", SCRIPT, "sh", Long.toString(pid)).redirectErrorStream(true)
          .start();
      String said = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
      if (!"stands".equals(said)) {
        throw new IllegalStateException("process " + pid + " cannot be stopped: " + said);
      }
      return new Pause(shell);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the process go on, if there still is one. */
  void end() {
    try {
      shell.getOutputStream().close();
      shell.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
