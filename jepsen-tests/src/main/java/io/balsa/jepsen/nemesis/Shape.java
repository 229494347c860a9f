package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.site.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Which directions of which links a partition cuts, and how it is told. Everything here is computed from names and a random generator.
 *
 * @param words for people
 * @param cuts each once
 */
record Shape(String words, List<Link> cuts) {
  Shape {
    cuts = List.copyOf(cuts);
  }

  /** A minority, never empty, and the rest; of two nodes, one and the other. */
  static Shape halves(List<String> nodes, Random random) {
    List<String> drawn = Draw.shuffled(nodes, random);
    int few = Math.max(1, Draw.minority(nodes.size(), random));
    List<String> minority = drawn.subList(0, few);
    List<String> rest = drawn.subList(few, drawn.size());
    return new Shape(minority + " cut off from " + rest, bothWays(minority, rest));
  }

  /** Two sides that reach each other over one node only, which reaches all. At least three nodes. */
  static Shape bridge(List<String> nodes, Random random) {
    List<String> drawn = Draw.shuffled(nodes, random);
    List<String> others = drawn.subList(1, drawn.size());
    List<String> left = others.subList(0, others.size() / 2);
    List<String> right = others.subList(others.size() / 2, others.size());
    return new Shape(left + " and " + right + " see each other over " + drawn.getFirst() + " only",
        bothWays(left, right));
  }

  /**
   * Every node sees a majority, itself included, and no two nodes see the same one. The nodes stand in a ring, and each sees its nearest
   * neighbours on both sides. Of three, where that would be all, one pair is cut. At least three nodes.
   */
  static Shape majorityRing(List<String> nodes, Random random) {
    List<String> ring = Draw.shuffled(nodes, random);
    int size = ring.size();
    int reach = size == 3 ? 0 : Draw.majority(size) / 2;
    List<Link> cuts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      for (int j = i + 1; j < size; j++) {
        int apart = Math.min(j - i, size - (j - i));
        if (size == 3 ? i == 0 && j == 2 : apart > reach) {
          addBothWays(cuts, ring.get(i), ring.get(j));
        }
      }
    }
    return new Shape("each sees a majority, no two the same one, along the ring " + ring, cuts);
  }

  /** One node and all others do not see each other. */
  static Shape isolated(String node, List<String> nodes) {
    return new Shape(node + " cut off from " + without(node, nodes), bothWays(List.of(node), without(node, nodes)));
  }

  /** One node sees nobody, clients included. */
  static Shape alone(String node, List<String> nodes) {
    List<Link> cuts = bothWays(List.of(node), without(node, nodes));
    addBothWays(cuts, node, Link.CLIENTS);
    return new Shape(node + " cut off from " + without(node, nodes) + " and from clients", cuts);
  }

  /** No other node hears this one, which hears all. */
  static Shape mute(String node, List<String> nodes) {
    return new Shape(node + " hears " + without(node, nodes) + " and is not heard by them",
        without(node, nodes).stream().map(other -> new Link(node, other)).toList());
  }

  /** It hears no other node, and all hear it. */
  static Shape deaf(String node, List<String> nodes) {
    return new Shape(node + " is heard by " + without(node, nodes) + " and does not hear them",
        without(node, nodes).stream().map(other -> new Link(other, node)).toList());
  }

  /** Every direction between two different nodes. */
  static List<Link> all(List<String> nodes) {
    return nodes.stream().flatMap(from -> without(from, nodes).stream().map(to -> new Link(from, to))).toList();
  }

  static List<String> without(String node, List<String> nodes) {
    return nodes.stream().filter(other -> !other.equals(node)).toList();
  }

  static List<Link> bothWays(List<String> left, List<String> right) {
    List<Link> cuts = new ArrayList<>();
    left.forEach(one -> right.forEach(other -> addBothWays(cuts, one, other)));
    return cuts;
  }

  private static void addBothWays(List<Link> cuts, String one, String other) {
    Link there = new Link(one, other);
    cuts.add(there);
    cuts.add(there.back());
  }
}
