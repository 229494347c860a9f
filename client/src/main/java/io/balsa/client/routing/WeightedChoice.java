package io.balsa.client.routing;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A random one, in proportion to its weight. Confined to the client's thread. */
final class WeightedChoice implements NodeChoice {
  private static final int WEIGHT = 1;

  private final Map<String, Integer> weights;
  private final RandomGenerator random;

  /** @param weights by resolved address; whatever is not named weighs 1 */
  WeightedChoice(Map<String, Integer> weights, RandomGenerator random) {
    this.weights = weights;
    this.random = random;
  }

  @Override
  public String first(List<String> healthy) {
    long all = 0;
    for (String address : healthy) {
      all += weight(address);
    }
    if (all == 0) {
      return healthy.get(random.nextInt(healthy.size()));
    }
    long drawn = random.nextLong(all);
    for (String address : healthy) {
      drawn -= weight(address);
      if (drawn < 0) {
        return address;
      }
    }
    throw new IllegalStateException("drawn beyond " + all);
  }

  private int weight(String address) {
    return weights.getOrDefault(address, WEIGHT);
  }
}
