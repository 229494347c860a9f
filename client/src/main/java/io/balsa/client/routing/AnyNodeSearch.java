package io.balsa.client.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One search for a node that serves a read: the one that was chosen of those that are not left alone, then the others in turn. Whoever
 * leads is no matter, and hints are not followed: a client that was given one address reads there as long as there is a node. Confined to the
 * client's thread.
 */
final class AnyNodeSearch implements NodeSearch {
  private final Endpoints endpoints;
  private final NodeChoice choice;
  private final Rotation rotation;

  AnyNodeSearch(Endpoints endpoints, RandomGenerator random, NodeChoice choice) {
    this.endpoints = endpoints;
    this.choice = choice;
    this.rotation = new Rotation(endpoints, random, endpoints::forReads);
  }

  @Override
  public String next(long now) {
    List<String> healthy = rotation.begins(now) ? healthy(now) : List.of();
    String address = healthy.isEmpty() ? rotation.next(now) : choice.first(healthy);
    rotation.tries(address);
    return address;
  }

  /** Those that are not left alone; addresses that are no member's only if there is no other. */
  private List<String> healthy(long now) {
    List<String> healthy = new ArrayList<>();
    List<String> members = new ArrayList<>();
    for (String address : endpoints.forReads(now)) {
      if (endpoints.coolsFor(address, now) <= 0) {
        healthy.add(address);
        if (!endpoints.isOutside(address)) {
          members.add(address);
        }
      }
    }
    return members.isEmpty() ? healthy : members;
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
    choice.passedOver(address);
    endpoints.worked(address);
  }

  @Override
  public void answered(String address, long tookNanos) {
    choice.answered(address, tookNanos);
  }

  @Override
  public void failed(String address, long now, long tookNanos) {
    choice.passedOver(address);
    endpoints.failed(address, now, tookNanos);
  }

  /** {@inheritDoc} A node that serves no reads in time is left alone for a while. */
  @Override
  public void doubted(String address, long now, long tookNanos) {
    choice.passedOver(address);
    endpoints.late(address, now, tookNanos);
  }

  @Override
  public void again(String address) {
    // The next one has less to do.
  }
}
