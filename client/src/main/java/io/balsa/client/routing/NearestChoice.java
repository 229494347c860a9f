package io.balsa.client.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The one that has answered fastest lately, by a moving average of what was measured. One that was never asked comes first, once;
 * one read of some goes to another than the fastest, to measure it again, also if it could not serve lately: to each in turn. Confined
 * to the client's thread.
 *
 * <p>A node is as near as its fast answers say: a slow one may be an accident, and the first one, with connections and code still cold,
 * is slow at any node. So the average rises slowly and falls at once.
 */
final class NearestChoice implements NodeChoice {
  /** One read of so many looks how the others are. */
  static final int LOOK_EVERY = 50;
  /** Of an answer that is slower than the average. */
  private static final double NEWEST = 0.2;
  private static final double UNKNOWN = Double.POSITIVE_INFINITY;

  private final RandomGenerator random;
  private final Map<String, Double> averageNanos = new TreeMap<>();
  /** Which look was the last at each. */
  private final Map<String, Integer> lookedAt = new TreeMap<>();
  private int sinceLook;
  private int looks;

  NearestChoice(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String first(List<String> healthy) {
    List<String> neverAsked = new ArrayList<>(healthy);
    neverAsked.removeAll(averageNanos.keySet());
    if (!neverAsked.isEmpty()) {
      String asked = neverAsked.get(random.nextInt(neverAsked.size()));
      averageNanos.put(asked, UNKNOWN); // not by the next read again, before this one has an answer: it may hang
      return asked;
    }
    String nearest = healthy.get(random.nextInt(healthy.size()));
    for (String address : healthy) {
      if (nanos(address) < nanos(nearest)) {
        nearest = address;
      }
    }
    if (++sinceLook < LOOK_EVERY || healthy.size() == 1) {
      return nearest;
    }
    sinceLook = 0;
    return notSeenForLongest(healthy, nearest);
  }

  private String notSeenForLongest(List<String> healthy, String nearest) {
    String longest = "";
    int longestSince = Integer.MAX_VALUE;
    for (String address : healthy) {
      int look = lookedAt.getOrDefault(address, 0);
      if (!address.equals(nearest) && look < longestSince) {
        longest = address;
        longestSince = look;
      }
    }
    lookedAt.put(longest, ++looks);
    return longest;
  }

  private double nanos(String address) {
    return averageNanos.getOrDefault(address, UNKNOWN);
  }

  @Override
  public void answered(String address, long tookNanos) {
    averageNanos.merge(address, (double) tookNanos,
        (before, newest) -> newest < before ? newest : before + NEWEST * (newest - before));
  }

  @Override
  public void passedOver(String address) {
    averageNanos.put(address, UNKNOWN);
  }
}
