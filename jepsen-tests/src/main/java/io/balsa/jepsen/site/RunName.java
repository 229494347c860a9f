package io.balsa.jepsen.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a run, which all that it makes on the machine bears: {@code balsa-torture.<pid>.<start>.<tag>}. It says which process
 * owns it, and by the time when that started also that the process is not a later one of the same number.
 *
 * @param started in ticks since the machine started, as the kernel says: no change of the wall clock touches it
 * @param tag tells the sites of one process apart; letters and digits
 */
record RunName(long pid, long started, String tag) {
  private static final Pattern FORM = Pattern.compile("balsa-torture\\.(\\d+)\\.(\\d+)\\.([a-z0-9]+)(?:-.*)?");
  /** Counted behind the name of the program, which is in brackets and may hold anything. */
  private static final int START_TIME = 19;

  /** A site of this process. */
  static RunName own(String tag) {
    long pid = ProcessHandle.current().pid();
    return new RunName(pid, startOf(pid).orElseThrow(() -> new IllegalStateException("/proc is not there")), tag);
  }

  /** Whose this is, by its name; empty if it is no run's. */
  static Optional<RunName> of(String name) {
    Matcher matcher = FORM.matcher(name);
    return matcher.matches()
        ? Optional.of(new RunName(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)), matcher.group(3)))
        : Optional.empty();
  }

  /** The name of a part of it. */
  String part(String part) {
    return this + "-" + part;
  }

  /** Whether the process that owns it still runs. */
  boolean isAlive() {
    return startOf(pid).filter(start -> start == started).isPresent();
  }

  private static Optional<Long> startOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean ended = fields[0].equals("Z") || fields[0].equals("X");
      return ended ? Optional.empty() : Optional.of(Long.parseLong(fields[START_TIME]));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No such process")) { // it ended while it was read
        return Optional.empty();
      }
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "balsa-torture." + pid + "." + started + "." + tag;
  }
}
