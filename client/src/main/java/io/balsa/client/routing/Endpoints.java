package io.balsa.client.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this client knows of the cluster's addresses: the configured ones (kept for ever), those learned from the
 * membership, which one led last, and which ones failed lately. Confined to the client's thread.
 */
public final class Endpoints {
  private static final long COOL_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long COOL_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long COOL_SLOW_MAX_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int DOUBLINGS_MAX = 6;

  private final AddressResolver resolver;
  private final Predicate<String> connected;
  private final Set<String> seeds = new LinkedHashSet<>();
  private final Map<String, Failures> failures = new LinkedHashMap<>();
  private List<String> all;
  private @Nullable String leader;

  private static final class Failures {
    int count;
    long coolUntil;
  }

  /**
   * What is known at the start.
   *
   * @param seeds
   *          {@code host:port}, at least one
   * @param connected
   *          whether a connection to a resolved address is up
   */
  public Endpoints(List<String> seeds, AddressResolver resolver, Predicate<String> connected) {
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("no endpoints");
    }
    this.resolver = resolver;
    this.connected = connected;
    for (String seed : seeds) {
      this.seeds.add(resolver.resolve(seed));
    }
    this.all = List.copyOf(this.seeds);
  }

  /** Every address to try, resolved; never empty. */
  public List<String> all() {
    return all;
  }

  /** An advertised address as this client dials it; empty stays empty. */
  public String resolve(String advertised) {
    return advertised.isEmpty() ? "" : resolver.resolve(advertised);
  }

  /** The membership was learned: its client addresses take the place of those learned before. */
  public void learned(List<String> advertised) {
    Set<String> known = new LinkedHashSet<>(seeds);
    for (String address : advertised) {
      if (!address.isEmpty()) {
        known.add(resolver.resolve(address));
      }
    }
    all = new ArrayList<>(known);
    failures.keySet().retainAll(known);
  }

  /** The address that led when last heard of, or is said to; null: none is known. */
  public @Nullable String leader() {
    return leader;
  }

  /** This address serves as leader. */
  public void leads(String address) {
    leader = address;
    worked(address);
  }

  /** Another node says that this address leads. */
  void mayLead(String address) {
    leader = address;
  }

  /** This address does not lead. */
  public void leadsNot(String address) {
    if (address.equals(leader)) {
      leader = null;
    }
  }

  /** This address answered, whatever it said. */
  public void worked(String address) {
    failures.remove(address);
  }

  /**
   * This address could not be reached, or broke. It is left alone for a while: the longer, the more often it failed and the
   * more time it cost, so a black hole is rare among the attempts and a refused connection is tried again soon.
   *
   * @param tookNanos
   *          the time that the attempt cost
   */
  public void failed(String address, long now, long tookNanos) {
    leadsNot(address);
    Failures known = failures.computeIfAbsent(address, ignored -> new Failures());
    known.count = Math.min(known.count + 1, DOUBLINGS_MAX);
    long cool = Math.min(COOL_MIN_NANOS << known.count, COOL_MAX_NANOS);
    known.coolUntil = now + Math.max(cool, Math.min(tookNanos << known.count, COOL_SLOW_MAX_NANOS));
  }

  boolean connected(String address) {
    return connected.test(address);
  }

  /** How long from now this address is to be left alone; 0 or less: not. */
  long coolsFor(String address, long now) {
    Failures known = failures.get(address);
    return known == null ? 0 : known.coolUntil - now;
  }
}
