package io.balsa.jepsen.torture;

import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.torture.workload.Workload;
import io.balsa.jepsen.torture.workload.Workloads;
import java.util.List;
import java.util.Locale;

/** What {@code --list} tells. */
final class Listing {
  private Listing() {}

  static String text(List<Nemesis> nemeses) {
    StringBuilder text = new StringBuilder("Workloads:\n");
    for (Workload workload : Workloads.all()) {
      text.append(String.format(Locale.ROOT, "  %-24s %s%n", workload.name(), workload.description()));
    }
    text.append("\nFaults, by family:\n");
    String family = "";
    for (Nemesis nemesis : nemeses) {
      if (!nemesis.family().equals(family)) {
        family = nemesis.family();
        text.append(family).append('\n');
      }
      text.append(String.format(Locale.ROOT, "  %-24s %s%n", nemesis.name(), nemesis.description()));
    }
    return text.toString();
  }
}
