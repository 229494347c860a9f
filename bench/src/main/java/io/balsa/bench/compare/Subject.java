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
import org.jspecify.annotations.Nullable;

/** The stores that are compared. */
enum Subject {
  BALSA {
    @Override
    Store start(Path directory) {
      return BalsaStore.start(directory);
    }
  },
  ETCD(EtcdStore.PROGRAM, "etcd-server") {
    @Override
    Store start(Path directory) {
      return EtcdStore.start(directory);
    }
  },
  ZOOKEEPER {
    @Override
    Store start(Path directory) {
      return ZooKeeperStore.start(directory);
    }
  },
  REDIS(RedisStore.PROGRAM, "redis-server") {
    @Override
    Store start(Path directory) {
      return RedisStore.start(directory);
    }
  };

  private final @Nullable String program;
  private final String debianPackage;

  /** One that is there with this program. */
  Subject() {
    this(null, "");
  }

  /** One that needs a program on the PATH. */
  Subject(@Nullable String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** Starts its nodes and waits until they serve. */
  abstract Store start(Path directory);

  /** Why it cannot be run here; empty: it can. */
  Optional<String> hindrance() {
    return program == null || isOnThePath(program) ? Optional.empty()
        : Optional.of(program + " is not on the PATH (Debian: " + debianPackage + ")");
  }

  private static boolean isOnThePath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
