package io.balsa.client.routing;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One search for the leader, over what all searches of a client know together ({@link Endpoints}): a hint first, then who led
 * last, then the known addresses in turn. Confined to the client's thread.
 */
public final class LeaderSearch implements NodeSearch {
  private final Endpoints endpoints;
  private final Rotation rotation;
  private @Nullable String hint;

  public LeaderSearch(Endpoints endpoints, RandomGenerator random) {
    this.endpoints = endpoints;
    this.rotation = new Rotation(endpoints, random, now -> endpoints.all());
  }

  @Override
  public String next(long now) {
    String address = choose(now);
    rotation.tries(address);
    return address;
  }

  private String choose(long now) {
    boolean first = rotation.begins(now);
    String hinted = hint;
    hint = null;
    if (hinted != null && endpoints.coolsFor(hinted, now) <= 0) {
      return hinted;
    }
    String leader = endpoints.leader();
    return first && leader != null ? leader : rotation.next(now);
  }

  @Override
  public long delay(long now) {
    return rotation.delay(now);
  }

  @Override
  public void refused(String address, String advertisedLeader) {
    endpoints.worked(address);
    endpoints.leadsNot(address);
    String resolved = endpoints.resolve(advertisedLeader);
    hint = resolved.isEmpty() || resolved.equals(address) ? null : resolved;
  }

  @Override
  public void failed(String address, long now, long tookNanos) {
    endpoints.failed(address, now, tookNanos);
  }

  /** {@inheritDoc} They are believed if they say that it leads. */
  @Override
  public void doubted(String address, long now, long tookNanos) {
    endpoints.leadsNot(address);
  }

  @Override
  public void found(String address) {
    endpoints.leads(address);
    hint = null;
  }

  /** {@inheritDoc} The next search begins there, unless it failed lately. */
  @Override
  public void served(String address, String advertisedLeader, long now) {
    endpoints.worked(address);
    endpoints.leadsNot(address);
    String resolved = endpoints.resolve(advertisedLeader);
    if (!resolved.isEmpty() && !resolved.equals(address) && endpoints.coolsFor(resolved, now) <= 0) {
      endpoints.mayLead(resolved);
    }
  }

  @Override
  public void again(String address) {
    hint = address;
  }

  /** The leader serves: the next search begins anew. */
  public void settled() {
    rotation.beginAnew();
  }
}
