package io.balsa.raft.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Faults of links that are more than a cut: for the {@link Nemesis}, which decides when. */
final class NetworkFaults<R> {
  static final Set<FaultKind> CAUSED = Collections.unmodifiableSet(
      EnumSet.of(FaultKind.BRIDGE, FaultKind.FLAPPING_LINK, FaultKind.CLOGGED_LINK, FaultKind.SLOW_DIRECTION));
  private static final long MILLIS = 1_000_000;

  private final Cluster<R> cluster;
  private final SimRandom random;
  private final Later later;

  /** Does something later, unless the faults have ended by then. */
  interface Later {
    void after(long delayNanos, Runnable action);
  }

  NetworkFaults(Cluster<R> cluster, SimRandom random, Later later) {
    this.cluster = cluster;
    this.random = random;
    this.later = later;
  }

  /** @return what was done, for people; null: there are too few nodes for it */
  @Nullable
  String cause(FaultKind kind, long durationNanos) {
    if (cluster.living().size() < (kind == FaultKind.BRIDGE ? 3 : 2)) {
      return null;
    }
    return switch (kind) {
      case BRIDGE -> bridge(durationNanos);
      case FLAPPING_LINK -> flap(durationNanos);
      case CLOGGED_LINK -> clog(durationNanos);
      case SLOW_DIRECTION -> slow(durationNanos);
      default -> throw new IllegalStateException("no fault of a link: " + kind);
    };
  }

  /** Two halves that hear nothing from each other, and one node that both hear. */
  private String bridge(long duration) {
    List<SimNode<R>> others = new ArrayList<>(cluster.living());
    SimNode<R> bridge = others.remove(random.between(0, others.size() - 1));
    int side = random.between(1, (1 << others.size()) - 2);
    for (int a = 0; a < others.size(); a++) {
      for (int b = 0; b < others.size(); b++) {
        if ((side >> a & 1) != (side >> b & 1)) {
          cluster.network().cut(others.get(a).number(), others.get(b).number());
        }
      }
    }
    later.after(duration, this::heal);
    return bridge.id() + " between " + side;
  }

  /** One link, both directions of it or one, is there and not there by turns. */
  private String flap(long duration) {
    int a = random.pick(cluster.living()).number();
    int b = other(a);
    boolean both = random.chance(0.6);
    long turn = random.pick(List.of(5L, 50L, 400L)) * MILLIS;
    flap(a, b, both, turn, cluster.timeline().now() + duration);
    return name(a, b) + (both ? " both ways" : " one way") + ", turns of " + turn / MILLIS + " ms";
  }

  private void flap(int a, int b, boolean both, long turn, long until) {
    cut(a, b, both);
    later.after(1 + random.exponential(turn), () -> {
      join(a, b, both);
      later.after(1 + random.exponential(turn), () -> {
        if (cluster.timeline().now() < until) {
          flap(a, b, both, turn, until);
        }
      });
    });
  }

  private void cut(int a, int b, boolean both) {
    cluster.network().cut(a, b);
    if (both) {
      cluster.network().cut(b, a);
    }
  }

  private void join(int a, int b, boolean both) {
    cluster.network().heal(a, b);
    if (both) {
      cluster.network().heal(b, a);
    }
    cluster.evidence().linksChanged();
  }

  /** Some directions at one node keep everything back, then let it go at once, or slowly. */
  private String clog(long duration) {
    Directions some = directions();
    long nanosPerByte = random.pick(List.of(0L, 0L, 1_000L, 20_000L));
    long until = cluster.timeline().now() + duration;
    some.forEach((from, to) -> cluster.network().weather().clog(from, to, until, nanosPerByte));
    later.after(2 * duration, () -> some.forEach((from, to) -> cluster.network().weather().clog(from, to, 0, 0)));
    return some + ", then " + (nanosPerByte == 0 ? "all at once" : 1_000_000 / nanosPerByte + " bytes a ms");
  }

  /** Some directions at one node get slower, often by more than an election timeout; the way back stays as it is. */
  private String slow(long duration) {
    Directions some = directions();
    double factor = random.between(3.0, 300.0);
    some.forEach((from, to) -> cluster.network().weather().slow(from, to, factor));
    later.after(duration, () -> some.forEach((from, to) -> cluster.network().weather().slow(from, to, 1)));
    return some + " by " + (long) factor;
  }

  /** What goes out of a node, or comes to it: to or from one other, or all. */
  private Directions directions() {
    int node = random.pick(cluster.living()).number();
    boolean out = random.chance(0.5);
    List<Integer> peers = random.chance(0.5) ? List.of(other(node)) : others(node);
    return new Directions(node, out, peers);
  }

  private record Directions(int node, boolean out, List<Integer> peers) {
    interface Direction {
      void each(int from, int to);
    }

    void forEach(Direction action) {
      peers.forEach(peer -> action.each(out ? node : peer, out ? peer : node));
    }
  }

  private void heal() {
    cluster.counts().add(FaultKind.HEAL);
    cluster.trace().add("nemesis", FaultKind.HEAL.name(), "");
    cluster.network().heal();
    cluster.evidence().linksChanged();
  }

  private int other(int than) {
    return random.pick(others(than));
  }

  private List<Integer> others(int than) {
    return cluster.living().stream().map(SimNode::number).filter(number -> number != than).toList();
  }

  private String name(int a, int b) {
    return cluster.nodes().get(a).id() + " to " + cluster.nodes().get(b).id();
  }
}
