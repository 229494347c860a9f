package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Histories of leases that expire when their time has come, or somewhat later, each used by one client. */
final class LeaseRun {
  private static final long TTL_NANOS = 1_000_000;
  private static final int STEP = 100_000;

  private final Random random;
  private final List<Operation> history = new ArrayList<>();
  private long now;
  /** When the lease in hand goes; at what moment the last operation took effect. */
  private long end;
  private long effect;

  private LeaseRun(long seed) {
    this.random = new Random(seed);
  }

  static List<Operation> history(long seed, int leases) {
    LeaseRun run = new LeaseRun(seed);
    for (long lease = 1; lease <= leases; lease++) {
      run.live(lease);
    }
    run.act("remaining", List.of(), List.of(), null);
    return run.history;
  }

  private void live(long lease) {
    step();
    renew();
    act("grant", List.of(1L), List.of(lease, 1L), null);
    String key = "k" + lease;
    step();
    if (effect >= end) {
      act("put", List.of(key, lease), null, "LEASE_NOT_FOUND: gone");
      return;
    }
    act("put", List.of(key, lease), lease + 1, null);
    for (int renewals = random.nextInt(8); renewals > 0; renewals--) {
      step();
      if (random.nextInt(3) == 0) {
        read(key, lease);
      } else if (effect < end) {
        renew();
        act("renew", List.of(lease), 1L, null);
      } else {
        act("renew", List.of(lease), null, "LEASE_NOT_FOUND: gone");
      }
    }
    if (random.nextInt(4) == 0 && effect < end) {
      step();
      if (effect < end) {
        end = effect;
        act("revoke", List.of(lease), 1L, null);
      }
    }
    while (effect < end) {
      step();
      read(key, lease);
    }
  }

  /** Time passes, and at a moment of what is done next it takes effect. */
  private void step() {
    now += random.nextInt(STEP) + random.nextInt(2) * random.nextInt((int) TTL_NANOS);
    effect = now + random.nextInt(STEP);
  }

  private void renew() {
    end = effect + TTL_NANOS + random.nextInt(STEP) * (long) random.nextInt(3);
  }

  private void read(String key, long lease) {
    act("read", List.of(key), effect < end ? lease + 1 : 0L, null);
  }

  private void act(String function, Object argument, @Nullable Object result, @Nullable String error) {
    long completed = Math.max(now, effect) + random.nextInt(STEP);
    history.add(new Operation(0, "any", function, argument, result, now, completed,
        error == null ? Completion.OK : Completion.FAILED, error));
    now = completed + 1;
  }
}
