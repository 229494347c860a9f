package io.balsa.storage.snapshot;

import io.balsa.storage.kv.Stores;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class RocksSnapshotTest extends SnapshotContract {
  @TempDir
  Path directory;

  @Override
  Volume volume(String node) {
    return new FileVolume(directory.resolve(node));
  }

  @Override
  Stores stores(Volume volume) {
    return new RocksStores(Path.of(volume.toString()), RocksOptions.DEFAULT);
  }
}
