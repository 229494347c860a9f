package io.balsa.bench.compare;

import io.balsa.bench.load.LoadResult;
import io.balsa.bench.store.ProcessFigures;
import io.balsa.bench.store.Store;
import java.util.List;

/** What a window takes of the processors, of the nodes and of this process. One thread. */
final class CpuWatch {
  private final List<Long> servers;
  private final List<Long> self = List.of(ProcessHandle.current().pid());
  private double serverSeconds;
  private double clientSeconds;

  /** @param store whose nodes run now, and until the window ends */
  CpuWatch(Store store) {
    servers = store.pids();
  }

  void begin() {
    serverSeconds = -ProcessFigures.cpuSeconds(servers);
    clientSeconds = -ProcessFigures.cpuSeconds(self);
  }

  void end() {
    serverSeconds += ProcessFigures.cpuSeconds(servers);
    clientSeconds += ProcessFigures.cpuSeconds(self);
  }

  Figures figures(LoadResult result) {
    return Figures.of(result, serverSeconds, clientSeconds, ProcessFigures.residentBytes(servers));
  }
}
