package io.balsa.jepsen.site;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file system that is frozen. A shell beside it thaws it when this ends, and also when this JVM ends, however it does: a process that
 * waits for a frozen file system cannot even be killed.
 */
final class FrozenDisk {
  private static final String SCRIPT = "PATH=$PATH:/usr/sbin:/sbin; trap '' INT TERM HUP; "
      + "fsfreeze -f \"$1\" || exit; echo frozen; cat; fsfreeze -u \"$1\"";

  private final Path point;
  private final Process shell;

  private FrozenDisk(Path point, Process shell) {
    this.point = point;
    this.shell = shell;
  }

  /** Freezes what is mounted here; it is frozen when this returns. */
  static FrozenDisk at(Path point) {
    try {
      Process shell = new ProcessBuilder("sh", "-c", SCRIPT, "sh", point.toString()).redirectErrorStream(true).start();
      String said = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
      if (!"frozen".equals(said)) {
        throw new IllegalStateException(point + " cannot be frozen: " + said);
      }
      return new FrozenDisk(point, shell);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Thaws it; it is thawed when this returns. */
  void end() {
    try {
      shell.getOutputStream().close();
      if (shell.waitFor() != 0) {
        throw new IllegalStateException(point + " cannot be thawed: fsfreeze ended with status " + shell.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
