package io.balsa.bench.compare;

import io.balsa.bench.store.BalsaStore;
import io.balsa.bench.store.EtcdStore;
import io.balsa.bench.store.RedisStore;
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
      return missing(EtcdStore.PROGRAM, "etcd-server");
    }
  },
  ZOOKEEPER {
    @Override
    Store start(Path directory) {
      return ZooKeeperStore.start(directory);
    }
  },
  REDIS {
    @Override
    Store start(Path directory) {
      return RedisStore.start(directory);
    }

    @Override
    Optional<String> hindrance() {
      return missing(RedisStore.PROGRAM, "redis-server");
    }

    @Override
    boolean failsOver() {
      return false;
    }
  };

  private static Optional<String> missing(String program, String debianPackage) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program))) ? Optional.empty()
            : Optional.of(program + " is not on the PATH (Debian: " + debianPackage + ")");
  }

  /** Starts its nodes and waits until they serve. */
  abstract Store start(Path directory);

  /** Why it cannot be run here; empty: it can. */
  Optional<String> hindrance() {
    return Optional.empty();
  }

  /** Whether another node takes over when the one that leads is gone. */
  boolean failsOver() {
    return true;
  }

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
