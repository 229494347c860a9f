package io.balsa.bench.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux has counted of processes. */
public final class ProcessFigures {
  /** Of a clock tick, which is what processor time is counted in: a hundredth of a second on every Linux that Java runs on. */
  private static final double TICK_SECONDS = 0.01;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;

  private ProcessFigures() {}

  /** Processor time of these, all their threads and the kernel's work for them, until now. */
  public static double cpuSeconds(List<Long> pids) {
    long ticks = 0;
    for (long pid : pids) {
      String stat = read(Path.of("/proc/" + pid + "/stat"));
      String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(behindName[USER_TIME]) + Long.parseLong(behindName[SYSTEM_TIME]);
    }
    return ticks * TICK_SECONDS;
  }

  /** Resident memory of the one that has most of it. */
  public static long residentBytes(List<Long> pids) {
    return pids.stream().mapToLong(ProcessFigures::residentBytes).max().orElse(0);
  }

  private static long residentBytes(long pid) {
    return read(Path.of("/proc/" + pid + "/status")).lines().filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024).findFirst().orElse(0);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
