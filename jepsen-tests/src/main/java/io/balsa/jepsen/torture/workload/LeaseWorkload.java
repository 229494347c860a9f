package io.balsa.jepsen.torture.workload;

import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.lease.Lease;
import io.balsa.client.lease.LeaseOption;
import io.balsa.client.lease.Leases;
import io.balsa.jepsen.checker.LeaseChecker;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leases with short TTLs and a key on each. Every client has one at a time: renews it for a while by calls of its own, then revokes it
 * or lets it expire, and looks at the key until it is gone. Operations are those of {@link LeaseChecker}.
 *
 * <p>The SDK revokes a lease of its own that it could not renew, before the cluster expires it. So as soon as one is granted this lets
 * go of it, and each renewal attaches to it anew, as another client would: then only the cluster decides.
 */
public final class LeaseWorkload implements Workload {
  private static final long TTL_LEAST_MILLIS = 800;
  private static final long TTL_MOST_MILLIS = 2500;
  private static final int STEPS_KEPT_MOST = 60;

  private final String prefix = Steps.prefix("lease");
  private final AtomicLong keys = new AtomicLong();
  /** By the number of the client, whose thread alone uses it. */
  private final Map<Integer, Kept> kept = new ConcurrentHashMap<>();

  private static final class Kept {
    final long lease;
    final String key;
    int stepsLeft;

    Kept(long lease, String key, int stepsLeft) {
      this.lease = lease;
      this.key = key;
      this.stepsLeft = stepsLeft;
    }
  }

  @Override
  public String name() {
    return "lease";
  }

  @Override
  public String description() {
    return "keys on leases that are renewed for a while: never gone early, always gone in the end";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("grant", "put", "renew", "revoke");
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    Kept own = kept.get(client.number());
    if (own == null) {
      begin(client);
    } else if (own.stepsLeft > 0) {
      own.stepsLeft--;
      keep(client, own);
    } else if (read(client, own.key).filter(revision -> revision == 0).isPresent()) {
      kept.remove(client.number());
    }
  }

  private void begin(TortureClient client) throws InterruptedException {
    long ttl = TTL_LEAST_MILLIS + client.random().nextLong(TTL_MOST_MILLIS - TTL_LEAST_MILLIS);
    long invoked = client.now();
    Lease lease;
    try {
      lease = client.client().leases().grant(Duration.ofMillis(ttl), LeaseOption.MANUAL);
    } catch (BalsaException e) {
      client.failed("grant", List.of(ttl), invoked, e);
      return;
    }
    lease.detach();
    client.add("grant", List.of(ttl), List.of(lease.id(), lease.ttl().toMillis()), invoked, Completion.OK, null);
    if (client.now() - invoked > Duration.ofMillis(ttl).toNanos() / 2) {
      return; // the SDK may have found it lost, and have revoked it, before it was let go
    }
    String key = "k" + keys.getAndIncrement();
    Optional<Long> put = client.record("put", List.of(key, lease.id()),
        () -> client.client().kv().put(prefix + key, "", PutOption.lease(lease)).revision());
    if (put.isPresent()) {
      kept.put(client.number(), new Kept(lease.id(), key, client.random().nextInt(STEPS_KEPT_MOST)));
    }
  }

  private void keep(TortureClient client, Kept own) throws InterruptedException {
    Leases leases = client.client().leases();
    if (own.stepsLeft == 0 && client.random().nextInt(4) == 0) {
      client.record("revoke", List.of(own.lease), () -> leases.revoke(own.lease));
    } else if (client.random().nextInt(3) == 0) {
      client.record("renew", List.of(own.lease), () -> {
        try (Lease attached = leases.attach(own.lease, LeaseOption.MANUAL)) {
          return attached.ttl().toMillis();
        }
      });
    } else {
      read(client, own.key);
    }
  }

  private Optional<Long> read(TortureClient client, String key) throws InterruptedException {
    Kv kv = Steps.kv(client);
    return client.record("read", List.of(key), () -> kv.get(prefix + key).map(KeyValue::modRevision).orElse(0L));
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    long end = client.now() + Duration.ofMillis(TTL_MOST_MILLIS).plus(LeaseChecker.LATE_MOST).toNanos();
    for (boolean isLast = false; !isLast;) {
      isLast = client.now() > end;
      Optional<List<String>> remaining = client.record("remaining", List.of(), () -> remaining(client));
      if (remaining.filter(List::isEmpty).isPresent()) {
        return;
      }
      Steps.pause(Duration.ofMillis(250));
    }
    Steps.untilOk(() -> client.record("remaining", List.of(), () -> remaining(client)));
  }

  private List<String> remaining(TortureClient client) {
    return client.client().unaryKv().range(KeyRange.prefix(prefix), RangeOption.keysOnly()).stream()
        .map(row -> row.keyUtf8().substring(prefix.length())).toList();
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(LeaseChecker.check(history));
  }
}
