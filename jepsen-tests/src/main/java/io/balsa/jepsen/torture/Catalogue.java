package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.Nemeses;
import io.balsa.jepsen.nemesis.Nemesis;
import java.util.List;
import java.util.stream.Stream;

/**
 * The faults that the words of {@code --nemesis} may mean.
 *
 * @param nemeses all
 * @param usual what is meant when the user says nothing; empty: no fault
 */
record Catalogue(List<Nemesis> nemeses, List<String> usual) {
  /** A family that needs nothing but what every client can ask for. */
  private static final String ANYBODYS = "transfer";

  Catalogue {
    nemeses = List.copyOf(nemeses);
    usual = List.copyOf(usual);
  }

  /** For clusters of the suite's own. */
  static Catalogue own() {
    return new Catalogue(Nemeses.all(), List.of("partition", "kill", "pause"));
  }

  /** For a cluster of somebody's, who allows these; handing leadership over is allowed by its name. */
  static Catalogue of(List<Nemesis> allowed) {
    return new Catalogue(Stream.concat(allowed.stream(), Nemeses.named(ANYBODYS).stream()).toList(),
        allowed.stream().map(Nemesis::name).toList());
  }

  /**
   * What these words mean, each fault once.
   *
   * @param words names or families, {@code all}, or alone {@code none}
   * @throws IllegalArgumentException a word means nothing; it says which there are
   */
  List<Nemesis> named(List<String> words) {
    if (words.equals(List.of("none"))) {
      return List.of();
    }
    return words.stream().flatMap(word -> (word.equals("all") ? nemeses : Nemeses.named(nemeses, word)).stream())
        .distinct().toList();
  }
}
