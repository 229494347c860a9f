package io.balsa.client.routing;

import java.util.random.RandomGenerator;

/**
 * One search for a node that serves a read: a random one of those that are not left alone, then the others in turn. Whoever leads
 * is no matter, and hints are not followed: a client that was given one address reads there as long as there is a node. Confined to the
 * client's thread.
 */
public final class AnyNodeSearch implements NodeSearch {
  private final Endpoints endpoints;
  private final Rotation rotation;

  public AnyNodeSearch(Endpoints endpoints, RandomGenerator random) {
    this.endpoints = endpoints;
    this.rotation = new Rotation(endpoints, random, endpoints::forReads);
  }

  @Override
  public String next(long now) {
    boolean first = rotation.begins(now);
    String address = rotation.first(now);
    if (!first || endpoints.coolsFor(address, now) > 0) {
      address = rotation.next(now);
    }
    rotation.tries(address);
    return address;
  }

  @Override
  public long delay(long now) {
    return rotation.delay(now);
  }

  @Override
  public void found(String address) {
    endpoints.leads(address);
  }

  @Override
  public void served(String address, String advertisedLeader, long now) {
    endpoints.worked(address);
    endpoints.leadsNot(address);
  }

  @Override
  public void refused(String address, String advertisedLeader) {
    endpoints.worked(address);
  }

  @Override
  public void failed(String address, long now, long tookNanos) {
    endpoints.failed(address, now, tookNanos);
  }

  /** {@inheritDoc} A node that serves no reads in time is left alone for a while. */
  @Override
  public void doubted(String address, long now, long tookNanos) {
    endpoints.late(address, now, tookNanos);
  }

  @Override
  public void again(String address) {
    // The next one has less to do.
  }
}
