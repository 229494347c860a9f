package io.balsa.storage.sim;

import io.balsa.raft.sim.SimRandom;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One bit of a file of the log that changes at rest, and may change back.
 *
 * @param file of the log's directory
 */
record LogRot(String file, long offset, int bit) {
  private static final String SEGMENT = "segment-";
  private static final double SOMEWHERE = 0.1;

  /** @param sparesLast a segment before the last one that is in use changes; null: there is none */
  static @Nullable LogRot draw(SimDisk disk, boolean sparesLast, SimRandom random) throws IOException {
    List<String> used = disk.list().stream().filter(name -> name.startsWith(SEGMENT) && lastByte(disk, name) >= 0)
        .toList();
    List<String> files;
    if (sparesLast) {
      files = used.subList(0, Math.max(0, used.size() - 1));
    } else if (!used.isEmpty() && random.chance(0.5)) {
      files = used.subList(used.size() - 1, used.size());
    } else {
      files = disk.list();
    }
    if (files.isEmpty()) {
      return null;
    }
    String file = random.pick(files);
    long last = sparesLast || !random.chance(SOMEWHERE) ? lastByte(disk, file) : disk.contents(file).length - 1L;
    return last < 0 ? null : new LogRot(file, random.between(0, last), random.between(0, 7));
  }

  /** The last one that is not zero, or -1. */
  private static long lastByte(SimDisk disk, String file) {
    try {
      byte[] bytes = disk.contents(file);
      int last = bytes.length - 1;
      while (last >= 0 && bytes[last] == 0) {
        last--;
      }
      return last;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void flip(SimDisk disk) throws IOException {
    disk.flipBit(file, offset, bit);
  }

  boolean isThere(SimDisk disk) {
    return disk.list().contains(file);
  }

  @Override
  public String toString() {
    return "bit " + bit + " of byte " + offset + " of " + file;
  }
}
