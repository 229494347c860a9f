package io.balsa.jepsen.nemesis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The catalogue of all nemeses. */
public final class Nemeses {
  private static final List<Nemesis> SINGLES = Stream
      .of(Partitions.all(), Processes.all(), LinkTroubles.all(), Memberships.all(), TransferStorm.all(),
          DiskFaults.all(), DataDamage.all(), ClockJumps.all())
      .flatMap(List::stream).toList();
  private static final List<Nemesis> ALL = Stream.concat(SINGLES.stream(), Stream.of(new Combination(SINGLES)))
      .toList();

  private Nemeses() {}

  /** All there are, those of one family together. */
  public static List<Nemesis> all() {
    return ALL;
  }

  /** The families, each once, in the order of {@link #all}. */
  public static List<String> families() {
    return families(ALL);
  }

  private static List<String> families(List<Nemesis> nemeses) {
    return nemeses.stream().map(Nemesis::family).distinct().toList();
  }

  /**
   * The one of this name, or all of this family.
   *
   * @throws IllegalArgumentException there is neither; it says what there is
   */
  public static List<Nemesis> named(String nameOrFamily) {
    return named(ALL, nameOrFamily);
  }

  /** The same among these. */
  public static List<Nemesis> named(List<Nemesis> nemeses, String nameOrFamily) {
    List<Nemesis> found = nemeses.stream()
        .filter(nemesis -> nemesis.name().equals(nameOrFamily) || nemesis.family().equals(nameOrFamily)).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException("there is no nemesis, and no family of nemeses, \"" + nameOrFamily
          + "\"; families: " + String.join(", ", families(nemeses)) + "; --list tells all");
    }
    return found;
  }

  /**
   * The nemeses of several names or families, separated by commas, each once.
   *
   * @throws IllegalArgumentException as {@link #named}
   */
  public static List<Nemesis> parse(String commaSeparated) {
    List<Nemesis> found = new ArrayList<>();
    Arrays.stream(commaSeparated.split(",", -1)).map(String::trim).forEach(name -> found.addAll(named(name)));
    return found.stream().distinct().toList();
  }
}
