package io.balsa.storage.sim;

import io.balsa.raft.sim.SimRandom;
import io.balsa.storage.log.sim.SimDisk;
import io.balsa.storage.snapshot.StateDirectory;
import io.balsa.storage.snapshot.sim.SimStores;
import io.balsa.storage.snapshot.sim.SimVolume;
import java.io.IOException;

/** What befalls a state while no process runs, so that the next start takes it for lost (I3). The log lies on another disk. */
public enum StateLoss {
  /** The whole directory is gone. */
  GONE,
  /** The pointer is missing, or holds what nobody wrote: nobody knows which directory counted. */
  POINTER_LOST, POINTER_DAMAGED,
  /** The files of every state that lies there are missing, or hold what nobody wrote; of what is being received, too. */
  ROWS_LOST, ROWS_DAMAGED,
  /** The process before found damage while it ran, and said so as it ended. */
  MARKED;

  private static final String POINTER = "CURRENT";

  /** @return the volume as it is then */
  SimVolume befall(SimVolume volume, SimRandom random) throws IOException {
    switch (this) {
      case GONE -> {
        return new SimVolume();
      }
      case POINTER_LOST, POINTER_DAMAGED -> harm(volume.rootDisk(), POINTER, random);
      case ROWS_LOST, ROWS_DAMAGED -> {
        for (String directory : volume.directories()) {
          harm(volume.disk(directory), SimStores.ROWS, random);
        }
      }
      case MARKED -> StateDirectory.markCorrupt(volume, "the simulator says so");
    }
    return volume;
  }

  private void harm(SimDisk disk, String file, SimRandom random) throws IOException {
    if (!disk.list().contains(file)) {
      return; // it was not made yet: then there is nothing to lose
    }
    if (this == POINTER_LOST || this == ROWS_LOST) {
      disk.lose(file);
    } else {
      int bytes = disk.contents(file).length;
      disk.flipBit(file, random.between(0, bytes - 1), random.between(0, 7));
    }
  }
}
