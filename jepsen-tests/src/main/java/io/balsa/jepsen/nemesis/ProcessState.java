package io.balsa.jepsen.nemesis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How the kernel says that a process is. */
final class ProcessState {
  /** Stopped by a signal. */
  static final char STOPPED = 'T';
  /** No such process. */
  static final char NONE = '-';

  private ProcessState() {}

  /** The letter of {@code /proc/PID/stat}: R, S, D, T, Z, ...; {@link #NONE} when there is no such process. */
  static char of(long pid) {
    try {
      return letter(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program's name comes before it, in parentheses, and may itself hold some. */
  static char letter(String stat) {
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }
}
