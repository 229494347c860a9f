package io.balsa.client.routing;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One search for the leader, over what all searches of a client know together ({@link Endpoints}). Each known address is
 * tried once without any delay; then every 20 ms or so for about a second, the time of an election; then with exponential
 * backoff and jitter. Confined to the client's thread.
 */
public final class LeaderSearch {
  private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SOON_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long DELAY_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Endpoints endpoints;
  private final RandomGenerator random;
  private final int position;
  private final Set<String> tried = new TreeSet<>();
  private int attempts;
  private long startedAt;
  private long delayNanos = SOON_NANOS;
  private @Nullable String hint;

  public LeaderSearch(Endpoints endpoints, RandomGenerator random) {
    this.endpoints = endpoints;
    this.random = random;
    // Clients that start together do not all ask the same node first.
    this.position = random.nextInt(endpoints.all().size());
  }

  /** The address to try now. */
  public String next(long now) {
    String address = choose(now);
    tried.add(address);
    return address;
  }

  private String choose(long now) {
    if (attempts++ == 0) {
      startedAt = now;
    }
    String hinted = hint;
    hint = null;
    if (hinted != null && endpoints.coolsFor(hinted, now) <= 0) {
      return hinted;
    }
    String leader = endpoints.leader();
    if (attempts == 1 && leader != null) {
      return leader;
    }
    return nextInTurn(now);
  }

  /**
   * Each once before any again; those whose connection is up before those that would have to be waited for, and those that are no
   * member's last.
   */
  private String nextInTurn(long now) {
    List<String> all = endpoints.all();
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
    if (best == null || endpoints.coolsFor(best, now) > 0) {
      // All that are left cool: the one that cools first, tried or not.
      best = Collections.min(all, Comparator.comparingLong(address -> Math.max(0, endpoints.coolsFor(address, now))));
    }
    return best;
  }

  private int rank(String address, long now) {
    if (endpoints.coolsFor(address, now) > 0) {
      return 3;
    }
    return endpoints.isOutside(address) ? 2 : endpoints.connected(address) ? 0 : 1;
  }

  /** How long to wait, from now, before the next attempt. */
  public long delay(long now) {
    if (attempts < endpoints.all().size()) {
      return 0;
    }
    if (now - startedAt > SOON_FOR_NANOS) {
      delayNanos = Math.min(delayNanos * 13 / 10, DELAY_MAX_NANOS);
    }
    return (long) (delayNanos * (0.5 + random.nextDouble()));
  }

  /**
   * The address answered that it does not lead.
   *
   * @param advertisedLeader
   *          the leader's address as that node knows it, or empty
   */
  public void refused(String address, String advertisedLeader) {
    endpoints.worked(address);
    endpoints.leadsNot(address);
    String resolved = endpoints.resolve(advertisedLeader);
    hint = resolved.isEmpty() || resolved.equals(address) ? null : resolved;
  }

  /** The address could not be reached or broke, after this much time. */
  public void failed(String address, long now, long tookNanos) {
    endpoints.failed(address, now, tookNanos);
  }

  /** The address was connected and gave no answer in time: others are asked first, and believed if they say that it leads. */
  public void doubted(String address) {
    endpoints.leadsNot(address);
  }

  /** The address leads. */
  public void found(String address) {
    endpoints.leads(address);
    hint = null;
  }

  /** The address still leads and is to be asked again. */
  public void again(String address) {
    hint = address;
  }

  /** The leader serves: the next search begins anew. */
  public void settled() {
    tried.clear();
    attempts = 0;
    delayNanos = SOON_NANOS;
  }
}
