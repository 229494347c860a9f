package io.balsa.client.routing;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The known addresses in turn. Each is tried once without any delay; then every 20 ms or so for about a second, the time of an
 * election; then with exponential backoff and jitter. Confined to the client's thread.
 */
final class Rotation {
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SOON_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DELAY_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int POSITIONS = 1 << 20;

  private final Endpoints endpoints;
  private final RandomGenerator random;
  private final LongFunction<List<String>> addresses;
  private final int position;
  private final Set<String> tried = new TreeSet<>();
  private int attempts;
  private long startedAt;
  private long delayNanos = SOON_NANOS;

  /** @param addresses those that may be tried at a time; never none */
  Rotation(Endpoints endpoints, RandomGenerator random, LongFunction<List<String>> addresses) {
    this.endpoints = endpoints;
    this.random = random;
    this.addresses = addresses;
    // Clients that start together do not all ask the same node first; of how many addresses may change meanwhile.
    this.position = random.nextInt(POSITIONS);
  }

  /**
   * An attempt begins.
   *
   * @return whether it is the first
   */
  boolean begins(long now) {
    if (attempts++ == 0) {
      startedAt = now;
    }
    return attempts == 1;
  }

  void tries(String address) {
    tried.add(address);
  }

  /**
   * Each once before any again; those whose connection is up before those that would have to be waited for, and those that are no
   * member's last.
   */
  String next(long now) {
    List<String> all = addresses.apply(now);
    if (tried.containsAll(all)) {
      tried.clear();
    }
    String best = null;
    for (int i = 0; i < all.size(); i++) {
      String candidate = all.get(Math.floorMod(position + i, all.size()));
      if (!tried.contains(candidate) && (best == null || rank(candidate, now) < rank(best, now))) {
        best = candidate;
      }
    }
    return orCoolest(best, now);
  }

  private String orCoolest(@Nullable String best, long now) {
    if (best == null || endpoints.coolsFor(best, now) > 0) {
      // All that are left cool: the one that cools first, tried or not.
      return Collections.min(addresses.apply(now),
          Comparator.comparingLong(address -> Math.max(0, endpoints.coolsFor(address, now))));
    }
    return best;
  }

  private int rank(String address, long now) {
    if (endpoints.coolsFor(address, now) > 0) {
      return 3;
    }
    return endpoints.isOutside(address) ? 2 : endpoints.connected(address) ? 0 : 1;
  }

  long delay(long now) {
    if (attempts < addresses.apply(now).size()) {
      return 0;
    }
    if (now - startedAt > SOON_FOR_NANOS) {
      delayNanos = Math.min(delayNanos * 13 / 10, DELAY_MAX_NANOS);
    }
    return (long) (delayNanos * (0.5 + random.nextDouble()));
  }

  void beginAnew() {
    tried.clear();
    attempts = 0;
    delayNanos = SOON_NANOS;
  }
}
