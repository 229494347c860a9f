package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.Nemesis;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Which fault comes next: all of them in an order that is drawn, then all of them in another one, and so on. One thread. */
final class FaultPlan {
  private final List<Nemesis> nemeses;
  private final Random random;
  private final Deque<Nemesis> round = new ArrayDeque<>();

  /** @param nemeses at least one */
  FaultPlan(List<Nemesis> nemeses, Random random) {
    if (nemeses.isEmpty()) {
      throw new IllegalArgumentException("no nemesis");
    }
    this.nemeses = List.copyOf(nemeses);
    this.random = random;
  }

  /** How many kinds there are. */
  int kinds() {
    return nemeses.size();
  }

  Nemesis next() {
    if (round.isEmpty()) {
      List<Nemesis> shuffled = new ArrayList<>(nemeses);
      Collections.shuffle(shuffled, random);
      round.addAll(shuffled);
    }
    return round.remove();
  }
}
