package io.balsa.jepsen.nemesis;

import io.balsa.jepsen.nemesis.Installation.Indeterminate;
import io.balsa.jepsen.nemesis.Installation.Installed;
import io.balsa.jepsen.nemesis.Installation.Skipped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Two or three faults at once that go together: no two that would get into each other's way, and none that together could take what is
 * promised to be kept. Data is damaged only while all nodes keep what they have written: what a power loss takes from a log, and what
 * rots in it, cannot be told apart in every case. What is cut heals first, for a node that is cut off cannot recover.
 */
final class Combination implements Nemesis {
  private static final Set<String> NETWORK = Set.of("partition", "slow");
  private static final Set<String> NODES = Set.of("kill", "pause", "restart", "power", "disk");
  /** With which families a family goes, besides what touches the network with what touches processes; and never with itself. */
  private static final Map<String, Set<String>> TOGETHER = Map.of(
      "transfer", Set.of("partition", "slow", "kill", "pause", "restart", "power", "disk", "corrupt", "clock"),
      "member", Set.of("partition", "slow", "clock"),
      "corrupt", Set.of("slow", "clock", "transfer"),
      "wipe", Set.of("slow", "clock"),
      "clock", Set.of("partition", "slow", "kill", "pause", "restart", "power", "disk", "corrupt", "wipe", "member",
          "transfer"));
  /** What goes on by itself, or needs a cluster that works, begins before the network, and that before the processes. */
  private static final List<String> ORDER = List.of("transfer", "member", "corrupt", "wipe", "restart", "clock",
      "partition", "slow", "kill", "pause", "power", "disk");
  private static final Duration HOLD = Duration.ofSeconds(5);
  private static final Duration HOLD_MOST = Duration.ofSeconds(15);
  private static final int MOST = 3;

  private final List<Nemesis> singles;

  /**
   * @param singles what is combined, of known families
   */
  Combination(List<Nemesis> singles) {
    this.singles = List.copyOf(singles);
  }

  @Override
  public String name() {
    return "combined-drawn";
  }

  @Override
  public String family() {
    return "combined";
  }

  @Override
  public String description() {
    return "two or three of the others at once, drawn among those that go together";
  }

  @Override
  public Duration holdAtLeast() {
    return HOLD;
  }

  @Override
  public Duration holdAtMost() {
    return HOLD_MOST;
  }

  @Override
  public Optional<String> hindrance(Target target) {
    List<Nemesis> possible = possible(target);
    boolean some = possible.stream().anyMatch(one -> possible.stream().anyMatch(other -> together(one, other)));
    return some ? Optional.empty() : Optional.of("no two faults that go together can be made here");
  }

  private List<Nemesis> possible(Target target) {
    return singles.stream().filter(nemesis -> nemesis.hindrance(target).isEmpty()).toList();
  }

  /** Whether both may be at work at once. */
  static boolean together(Nemesis one, Nemesis other) {
    String first = one.family();
    String second = other.family();
    return goes(first, second) || goes(second, first) || (NETWORK.contains(first) && NODES.contains(second))
        || (NODES.contains(first) && NETWORK.contains(second));
  }

  private static boolean goes(String first, String second) {
    return TOGETHER.getOrDefault(first, Set.of()).contains(second);
  }

  /** Two or three that all go together, in the order in which they are installed; families are as likely as each other. */
  static List<Nemesis> draw(List<Nemesis> possible, Random random) {
    List<Nemesis> drawn = new ArrayList<>();
    while (drawn.size() < 2 || (drawn.size() < MOST && random.nextBoolean())) {
      Map<String, List<Nemesis>> left = possible.stream()
          .filter(next -> drawn.stream().allMatch(each -> together(each, next)))
          .filter(next -> !drawn.isEmpty() || possible.stream().anyMatch(other -> together(next, other)))
          .collect(Collectors.groupingBy(Nemesis::family));
      if (left.isEmpty()) {
        break;
      }
      List<String> families = left.keySet().stream().sorted().toList();
      drawn.add(Draw.one(left.getOrDefault(Draw.one(families, random), List.of()), random));
    }
    drawn.sort(Comparator.comparingInt(nemesis -> ORDER.indexOf(nemesis.family())));
    return List.copyOf(drawn);
  }

  /** One of them, as it went. */
  private record Part(Nemesis nemesis, Installation installation) {
    boolean isThere() {
      return !(installation instanceof Skipped);
    }

    String words() {
      String how = installation instanceof Installed ? "" : installation.getClass().getSimpleName() + ": ";
      return nemesis.name() + ": " + how + installation.what();
    }
  }

  @Override
  public Installation install(Target target, Random random) throws InterruptedException {
    Optional<String> hindrance = hindrance(target);
    if (hindrance.isPresent()) {
      return new Skipped(hindrance.get());
    }
    Scene scene = new Scene(target, random);
    List<Part> parts = new ArrayList<>();
    try {
      for (Nemesis nemesis : draw(possible(target), random)) {
        parts.add(new Part(nemesis, nemesis.install(target, random)));
      }
    } catch (InterruptedException e) {
      undoInOrder(scene, parts);
      scene.undoAfter(e);
      throw e;
    }
    undoInOrder(scene, parts);
    String words = parts.stream().map(Part::words).collect(Collectors.joining("; and "));
    return judged(parts, words, scene);
  }

  private static Installation judged(List<Part> parts, String words, Scene scene) throws InterruptedException {
    if (parts.stream().anyMatch(part -> part.installation() instanceof Indeterminate)) {
      return new Indeterminate(words, scene::undo);
    }
    if (parts.stream().filter(Part::isThere).count() < 2) {
      scene.undo();
      return new Skipped("fewer than two could be made: " + words);
    }
    return new Installed(words, scene::undo);
  }

  /** The scene runs first what it is told last: all in reverse, but the network, which is healed before everything else. */
  private static void undoInOrder(Scene scene, List<Part> parts) {
    parts.stream().filter(part -> !NETWORK.contains(part.nemesis().family())).forEach(part -> onUndo(scene, part));
    parts.stream().filter(part -> NETWORK.contains(part.nemesis().family())).forEach(part -> onUndo(scene, part));
  }

  private static void onUndo(Scene scene, Part part) {
    if (part.installation() instanceof Installed installed) {
      scene.onUndo(installed.undo());
    } else if (part.installation() instanceof Indeterminate indeterminate) {
      scene.onUndo(indeterminate.undo());
    }
  }
}
