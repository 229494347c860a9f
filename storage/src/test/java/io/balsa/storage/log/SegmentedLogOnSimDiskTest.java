package io.balsa.storage.log;

import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;

class SegmentedLogOnSimDiskTest extends LogStoreContract {
  private final SimDisk disk = new SimDisk();

  @Override
  LogStore open(LogId applied) throws IOException {
    return SegmentedLog.open(disk, options(applied));
  }
}
