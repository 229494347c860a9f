package io.balsa.client.routing;

import java.util.List;
import java.util.random.RandomGenerator;

/** One after the other. Confined to the client's thread. */
final class RoundRobinChoice implements NodeChoice {
  private static final int POSITIONS = 1 << 20;

  private int position;

  /** Clients that start together do not all begin at the same node. */
  RoundRobinChoice(RandomGenerator random) {
    position = random.nextInt(POSITIONS);
  }

  @Override
  public String first(List<String> healthy) {
    position++;
    return healthy.get(Math.floorMod(position, healthy.size()));
  }
}
