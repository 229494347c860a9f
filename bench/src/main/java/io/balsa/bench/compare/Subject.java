package io.balsa.bench.compare;

import io.balsa.bench.store.BalsaStore;
import io.balsa.bench.store.EtcdStore;
import io.balsa.bench.store.Store;
import io.balsa.bench.store.ZooKeeperStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The stores that are compared. */
enum Subject {
  BALSA {
    @Override
    Store start(Path directory) {
      return BalsaStore.start(directory);
    }
  },
  ETCD {
    @Override
    Store start(Path directory) {
      return EtcdStore.start(directory);
    }

    @Override
    Optional<String> hindrance() {
      return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
          .anyMatch(place -> Files.isExecutable(Path.of(place, EtcdStore.PROGRAM))) ? Optional.empty()
              : Optional.of("etcd is not on the PATH (Debian: etcd-server)");
    }
  },
  ZOOKEEPER {
    @Override
    Store start(Path directory) {
      return ZooKeeperStore.start(directory);
    }
  };

  /** Starts its nodes and waits until they serve. */
  abstract Store start(Path directory);

  /** Why it cannot be run here; empty: it can. */
  Optional<String> hindrance() {
    return Optional.empty();
  }

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
