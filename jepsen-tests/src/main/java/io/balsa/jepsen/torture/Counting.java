package io.balsa.jepsen.torture;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.nemesis.Nemesis;
import io.balsa.jepsen.report.run.FaultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Whether a run did enough for its verdict to mean something. */
final class Counting {
  /** Each kind of fault must have been there this often. */
  static final int INSTALLED_LEAST = 2;
  private static final double UNKNOWN_MOST = 0.20;
  /** As root these can be done, and a run without them would only look as if they had been. */
  private static final Set<String> NEVER_SKIPPED_AS_ROOT = Set.of("power", "disk");

  private Counting() {}

  /** Why it does not count; empty: it does. */
  static List<String> objections(RunOptions options, Recorder recorder, Faults faults, boolean root) {
    List<String> objections = new ArrayList<>();
    long ok = recorder.count(Completion.OK);
    if (ok < options.workload().okLeast()) {
      objections.add(String.format(Locale.ROOT, "%,d operations ended OK, and %,d are the least: let it run longer", ok,
          options.workload().okLeast()));
    }
    long unknown = recorder.count(Completion.UNKNOWN);
    long all = ok + recorder.count(Completion.FAILED) + unknown;
    if (unknown > UNKNOWN_MOST * all) {
      objections.add(String.format(Locale.ROOT, "%,d of %,d operations are of unknown outcome, more than %.0f %%",
          unknown, all, 100 * UNKNOWN_MOST));
    }
    for (Nemesis nemesis : options.nemeses()) {
      String skipped = faults.records().stream()
          .filter(record -> record.name().equals(nemesis.name()) && record.state() == FaultRecord.State.SKIPPED)
          .map(FaultRecord::what).findFirst().orElse(null);
      if (skipped != null) {
        if (root && NEVER_SKIPPED_AS_ROOT.contains(nemesis.family())) {
          objections.add(nemesis.name() + " was skipped, though this runs as root: " + skipped);
        }
      } else if (faults.installed(nemesis) < INSTALLED_LEAST) {
        objections.add(nemesis.name() + " was there so often: " + faults.installed(nemesis) + ", and " + INSTALLED_LEAST
            + " are the least: let it run longer");
      }
    }
    return objections;
  }
}
