package io.balsa.storage.snapshot;

import io.balsa.storage.kv.Stores;
import io.balsa.storage.snapshot.sim.SimStores;
import io.balsa.storage.snapshot.sim.SimVolume;

final class SimSnapshotTest extends SnapshotContract {
  @Override
  Volume volume(String node) {
    return new SimVolume();
  }

  @Override
  Stores stores(Volume volume) {
    return new SimStores(volume);
  }
}
