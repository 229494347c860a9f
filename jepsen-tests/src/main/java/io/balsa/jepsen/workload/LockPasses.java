package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Clients that pass one exclusive lock. Who holds it reads a number and writes it back one higher, fenced. Afterwards the number is
 * that of the passes acknowledged, plus at most those unknown (a lost update would show two holders); no holder had a token that
 * was not above those before; and no client saw itself and another hold the lock at a time.
 */
public final class LockPasses extends Worker {
  private static final Duration WAIT_MOST = Duration.ofSeconds(90);

  private final String lock;
  private final String baton;
  private final AtomicReference<@Nullable LockGrant> holder = new AtomicReference<>();
  private final AtomicLong overlaps = new AtomicLong();
  private final AtomicLong tokensNotGrown = new AtomicLong();
  private final AtomicLongArray turns;

  /** @param name of the lock; keys begin with it */
  public LockPasses(String name, String endpoints, int count) {
    super(name, endpoints, count);
    this.lock = name;
    this.baton = name + "/baton";
    this.turns = new AtomicLongArray(count);
  }

  @Override
  void turn(BalsaClient client, int worker, long turn) {
    try (LockGrant grant = client.lock(lock).acquire(WAIT_MOST)) {
      LockGrant other = holder.getAndSet(grant);
      if (other != null && other.isHeld()) {
        overlaps.incrementAndGet();
      }
      try {
        long[] before = client.kv().get(baton).map(LockPasses::numbers).orElse(new long[]{0, 0});
        if (grant.token() <= before[1]) {
          tokensNotGrown.incrementAndGet();
        }
        client.kv().put(baton, (before[0] + 1) + " " + grant.token(), PutOption.fencedBy(grant));
      } finally {
        holder.compareAndSet(grant, null); // before the release: who comes next must not find this grant held
      }
    }
  }

  /** How often it was passed on, and the token of the last one who did. */
  private static long[] numbers(KeyValue stored) {
    String[] words = stored.utf8().split(" ", 2);
    return new long[]{Long.parseLong(words[0]), Long.parseLong(words[1])};
  }

  @Override
  void ended(int worker, Outcome outcome) {
    if (outcome == Outcome.ACKNOWLEDGED) {
      turns.incrementAndGet(worker);
    }
  }

  @Override
  public List<String> check(Kv reader) {
    long stored = reader.get(baton).map(found -> numbers(found)[0]).orElse(0L);
    long acknowledged = count(Outcome.ACKNOWLEDGED);
    long unknown = count(Outcome.UNKNOWN);
    List<String> wrong = new ArrayList<>();
    if (stored < acknowledged || stored > acknowledged + unknown) {
      wrong.add(baton + " is " + stored + "; " + acknowledged + " passes were acknowledged, " + unknown + " unknown");
    }
    if (overlaps.get() > 0) {
      wrong.add(lock + " was held by two at a time, " + overlaps + " times");
    }
    if (tokensNotGrown.get() > 0) {
      wrong.add("a later holder of " + lock + " had no greater token, " + tokensNotGrown + " times");
    }
    return wrong;
  }

  /** The turns of the client that had the fewest, and of the one that had the most. */
  public String turns() {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < turns.length(); i++) {
      least = Math.min(least, turns.get(i));
      most = Math.max(most, turns.get(i));
    }
    return least + " to " + most;
  }
}
