package io.balsa.client.routing;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this client knows of the cluster's addresses: the members', as learned, the configured ones (kept for ever, and asked last once
 * they are no members'), which one led last, and which ones failed lately. Confined to the client's thread.
 */
public final class Endpoints {
  private static final long COOL_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long COOL_MAX_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long COOL_SLOW_MAX_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int DOUBLINGS_MAX = 6;
  private static final long NEVER = -1;

  private final AddressResolver resolver;
  private final Predicate<String> connected;
  private final Set<String> seeds = new LinkedHashSet<>();
  private final Map<String, Failures> failures = new LinkedHashMap<>();
  private List<String> all;
  private Set<String> members = new LinkedHashSet<>();
  private long clusterId;
  private long membershipIndex = NEVER;
  private boolean readsAtMembers;
  private @Nullable String leader;

  private static final class Failures {
    int count;
    long coolUntil;
    /** There was no connection, or it broke: nobody answered, not even late. */
    boolean unreached;
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

  /** A session is open: reads of any node's may go to all members from now on. */
  public void readAtMembers() {
    readsAtMembers = true;
  }

  /**
   * The addresses where reads of any node's go: those that the client was given, for whoever names nodes means them. Those of the members
   * when it has a session, or when nobody is there any more where it was sent.
   */
  List<String> forReads(long now) {
    return readsAtMembers || (!members.isEmpty() && areAllGone(now)) ? all : List.copyOf(seeds);
  }

  private boolean areAllGone(long now) {
    for (String address : seeds) {
      if (!isGone(address, now)) {
        return false;
      }
    }
    return true;
  }

  private boolean isGone(String address, long now) {
    Failures known = failures.get(address);
    return known != null && known.unreached && (isOutside(address) || known.coolUntil > now);
  }

  /** An advertised address as this client dials it; empty stays empty. */
  public String resolve(String advertised) {
    return advertised.isEmpty() ? "" : resolver.resolve(advertised);
  }

  /**
   * Whether a membership of this index would be news. Those of one cluster are ordered by it: a node that lags, or was removed and does
   * not know it yet, tells an older one.
   *
   * @param cluster
   *          its id; another one has an order of its own
   */
  public boolean isNews(long cluster, long index) {
    return cluster != clusterId || index > membershipIndex;
  }

  /** The membership was learned: its client addresses take the place of those learned before, unless these are newer. */
  public void learned(long cluster, long index, List<String> advertised) {
    if (!isNews(cluster, index)) {
      return;
    }
    clusterId = cluster;
    membershipIndex = index;
    Set<String> learned = new LinkedHashSet<>();
    for (String address : advertised) {
      if (!address.isEmpty()) {
        learned.add(resolver.resolve(address));
      }
    }
    members = learned;
    Set<String> known = new LinkedHashSet<>(learned);
    known.addAll(seeds);
    all = List.copyOf(known);
    failures.keySet().retainAll(known);
  }

  /** Whether this is no member's address, as far as is known; a name that leads to a member, or the address of one that was removed. */
  boolean isOutside(String address) {
    return !members.isEmpty() && !members.contains(address);
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
    leaveAlone(address, now, tookNanos).unreached = true;
  }

  /** This address was connected, and gave no answer in time: it is left alone as one that failed. */
  void late(String address, long now, long tookNanos) {
    leaveAlone(address, now, tookNanos).unreached = false;
  }

  private Failures leaveAlone(String address, long now, long tookNanos) {
    leadsNot(address);
    Failures known = failures.computeIfAbsent(address, ignored -> new Failures());
    known.count = Math.min(known.count + 1, DOUBLINGS_MAX);
    long cool = Math.min(COOL_MIN_NANOS << known.count, COOL_MAX_NANOS);
    known.coolUntil = now + Math.max(cool, Math.min(tookNanos << known.count, COOL_SLOW_MAX_NANOS));
    return known;
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
