package io.balsa.cli.demo;

import io.balsa.cli.ClusterView;
import io.balsa.cli.Durations;
import io.balsa.cli.Numbers;
import io.balsa.cli.StateHashes;
import io.balsa.cli.Table;
import io.balsa.cli.VerbFailure;
import io.balsa.cli.local.LocalCluster;
import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * What came out of it.
 *
 * @param verdicts of the scenarios
 * @param hashes of the nodes' states
 */
record Outcome(List<Scenario.Verdict> verdicts, List<Failover> failovers, Repair repair, WriteGaps gaps,
    Collection<StateHash> hashes, int nodes) {

  private static final Duration HASH_MOST = Duration.ofMinutes(1);

  /** When the load has stopped: compares what is stored with what was told, and the nodes with each other. */
  static Outcome look(LocalCluster cluster, BalsaClient client, List<Scenario> scenarios,
      WriteGaps gaps, List<Failover> failovers, Repair repair) {
    List<Scenario.Verdict> verdicts = scenarios.stream().map(scenario -> scenario.look(client)).toList();
    return new Outcome(verdicts, failovers, repair, gaps, hashes(cluster.addresses()), cluster.nodes().size());
  }

  /** Of all nodes at one index. A node that is busy is asked again: that it does not answer says nothing of its state. */
  private static Collection<StateHash> hashes(List<String> addresses) {
    long end = System.nanoTime() + HASH_MOST.toNanos();
    try (ClusterView view = new ClusterView(addresses, HASH_MOST)) {
      Collection<StateHash> hashes = List.of();
      while (!areOfOneIndex(hashes, addresses.size()) && System.nanoTime() - end < 0) {
        hashes = StateHashes.atOneIndex(view, addresses, HASH_MOST).values();
      }
      return hashes;
    }
  }

  private static boolean areOfOneIndex(Collection<StateHash> hashes, int nodes) {
    return hashes.size() == nodes && hashes.stream().map(StateHash::appliedIndex).distinct().count() == 1;
  }

  private boolean statesAreEqual() {
    return areOfOneIndex(hashes, nodes) && hashes.stream().map(StateHash::hash).distinct().count() == 1;
  }

  /** What is not as it has to be. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    verdicts.forEach(verdict -> wrong.addAll(verdict.wrong()));
    if (!statesAreEqual()) {
      wrong.add("the replicas are not equal");
    }
    return wrong;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Scenario.Verdict verdict : verdicts) {
      lines.add("");
      lines.addAll(verdict.lines());
    }
    lines.add("");
    lines.addAll(kills().lines(""));
    lines.add("");
    lines.addAll(summary().lines(""));
    if (!wrong().isEmpty()) {
      lines.add("");
      wrong().forEach(what -> lines.add("WRONG: " + what));
    }
    return lines;
  }

  private Table kills() {
    Table kills = new Table("FAILOVER", "KILLED", "NEXT LEADER", ">TERM", ">WRITE GAP");
    for (int i = 0; i < failovers.size(); i++) {
      Failover failover = failovers.get(i);
      kills.row(Integer.toString(i + 1), failover.killed(), failover.successor(),
          Long.toString(failover.term()), Durations.text(failover.writeGap()));
    }
    return kills;
  }

  private Table summary() {
    List<Duration> outages = gaps.outages();
    Table summary = new Table("write path", Numbers.decimals(100 * gaps.availability(), 3) + " % available over "
        + Durations.text(gaps.observed()) + "; outages (gaps over " + WriteGaps.OUTAGE_OVER.toMillis() + " ms): "
        + outages.size());
    summary.row("MTTR", outages.isEmpty() ? "no outage" : Durations.text(gaps.meanTimeToRepair()));
    summary.row("MTBF", (outages.isEmpty() ? "over " : "") + Durations.text(gaps.meanTimeBetweenFailures()));
    summary.row("repair", repair.node() + " lost its state (" + Numbers.grouped(repair.deleted().bytes() >> 10)
        + " KiB) and has it again, by the snapshot of entry " + Numbers.grouped(repair.snapshot()) + ", "
        + Durations.text(repair.took()) + " after its start");
    summary.row("replicas", statesAreEqual()
        ? "equal: state hash " + HexFormat.of().toHexDigits(hashes.iterator().next().hash()) + " at index "
            + hashes.iterator().next().appliedIndex() + " on all " + nodes
        : "NOT EQUAL, or not all answered: " + hashes.size() + " of " + nodes + " told their state");
    return summary;
  }

  /** Ends the demonstration as failed when anything is off by one, not known, or not equal. */
  void requireExact() {
    List<String> wrong = wrong();
    if (!wrong.isEmpty()) {
      throw VerbFailure.refused(wrong.getFirst() + (wrong.size() == 1 ? "" : ", and " + (wrong.size() - 1) + " more"));
    }
  }
}
