package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Mounts.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What was written to a block device so far, as the kernel counts it. Two that are equal, with nothing in flight: nothing was written
 * between them.
 */
record DiskActivity(long writes, long discards, long inFlight) {
  private static final int WRITES = 4;
  private static final int IN_FLIGHT = 8;
  private static final int DISCARDS = 11;

  static DiskActivity of(Loop loop) {
    Path device = Path.of("/sys/block", loop.name());
    try {
      if (!Files.readString(device.resolve("queue/iostats")).strip().equals("1")) {
        throw new IllegalStateException("the kernel does not count what is written to " + loop.name());
      }
      String[] fields = Files.readString(device.resolve("stat")).strip().split(" +", -1);
      return new DiskActivity(Long.parseLong(fields[WRITES]), Long.parseLong(fields[DISCARDS]),
          Long.parseLong(fields[IN_FLIGHT]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
