package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.SimLogDisk;
import java.io.IOException;
import java.util.List;

/** What the simulator of the consensus core runs on keeps the contract of the real log. */
class SimLogStoreTest extends LogStoreContract {
  private static final List<Entry> COMMITTED = Logs.entries(3, 1, 100);

  private final SimLogDisk disk = new SimLogDisk(Logs.CONFIGURATION, 10);

  @Override
  LogStore open(LogId applied) throws IOException {
    return disk.open(new NodeDisk.Opening(applied, false, null, COMMITTED));
  }

  /** It trusts the core: to find what the core must not ask for is the business of the simulator's invariants. */
  @Override
  void whatTheCoreMustNotAskForIsRefusedWithNothingChanged() {
    // Not tested.
  }
}
