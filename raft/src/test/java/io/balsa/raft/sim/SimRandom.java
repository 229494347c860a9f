package io.balsa.raft.sim;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A splittable generator (SplitMix64). Each component gets a fork of its own by name, so that one draw more in one component
 * does not shift the draws of the others.
 */
public final class SimRandom implements RandomGenerator {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  public SimRandom(long seed) {
    this.seed = seed;
    this.state = mix(seed);
  }

  /** A generator that depends on this one's seed and the name only, not on what was drawn here before. */
  public SimRandom fork(String name) {
    return new SimRandom(mix(seed + GOLDEN_GAMMA) ^ mix(name.hashCode() * GOLDEN_GAMMA + 1));
  }

  @Override
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  public boolean chance(double probability) {
    return probability > 0 && (nextLong() >>> 11) * 0x1.0p-53 < probability;
  }

  /** Evenly from {@code low..high}, both included. */
  public long between(long low, long high) {
    return low + (long) ((nextLong() >>> 11) * 0x1.0p-53 * (high - low + 1));
  }

  public int between(int low, int high) {
    return (int) between((long) low, high);
  }

  public double between(double low, double high) {
    return low + (nextLong() >>> 11) * 0x1.0p-53 * (high - low);
  }

  /** Exponentially distributed, cut at ten times the mean. */
  public long exponential(long mean) {
    double u = ((nextLong() >>> 11) + 1) * 0x1.0p-53;
    return (long) Math.min(mean * 10.0, -Math.log(u) * mean);
  }

  public <T> T pick(List<T> from) {
    return from.get(between(0, from.size() - 1));
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
