package io.balsa.jepsen.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What is drawn at random, always from the given generator: the same seed draws the same. */
public final class Draw {
  private Draw() {}

  /** All of them in a drawn order. */
  static <T> List<T> shuffled(List<T> from, Random random) {
    List<T> all = new ArrayList<>(from);
    Collections.shuffle(all, random);
    return List.copyOf(all);
  }

  /** So many different ones. */
  public static <T> List<T> some(List<T> from, int count, Random random) {
    return shuffled(from, random).subList(0, count);
  }

  public static <T> T one(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  /** Both ends included. */
  static int between(int least, int most, Random random) {
    return least + random.nextInt(most - least + 1);
  }

  /** Whole milliseconds, both ends included. */
  static Duration millis(int least, int most, Random random) {
    return Duration.ofMillis(between(least, most, random));
  }

  /** As few as outvote the others. */
  public static int majority(int nodes) {
    return nodes / 2 + 1;
  }

  /** As many as the others outvote; at least one, or none of none. */
  public static int minority(int nodes, Random random) {
    int most = (nodes - 1) / 2;
    return most == 0 ? 0 : between(1, most, random);
  }
}
