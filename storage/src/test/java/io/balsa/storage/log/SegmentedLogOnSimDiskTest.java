package io.balsa.storage.log;

import io.balsa.raft.port.LogStore;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;

class SegmentedLogOnSimDiskTest extends LogStoreContract {
  private final SimDisk disk = new SimDisk();

  @Override
  LogStore open() throws IOException {
    return SegmentedLog.open(disk, Logs.creating());
  }
}
