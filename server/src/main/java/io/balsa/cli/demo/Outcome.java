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
 * @param failed increments that were certainly not done
 * @param hashes of the nodes' states
 */
record Outcome(List<Count> counts, long failed, String lastFailure, List<Failover> failovers, WriteGaps gaps,
    Collection<StateHash> hashes, int nodes) {

  private static final Duration HASH_MOST = Duration.ofSeconds(10);

  /**
   * One counter.
   *
   * @param stored what the cluster says it is
   * @param acknowledged how many increments were acknowledged
   * @param unknown how many ended without an answer that says whether they were done
   */
  record Count(String counter, long stored, long acknowledged, long unknown) {
    boolean exact() {
      return unknown == 0 && stored == acknowledged;
    }

    String verdict() {
      if (exact()) {
        return "exact";
      }
      if (stored < acknowledged) {
        return "LOST " + (acknowledged - stored);
      }
      if (stored > acknowledged + unknown) {
        return "TOO MANY, " + (stored - acknowledged - unknown);
      }
      return "possible, but " + unknown + " outcomes are unknown";
    }
  }

  /** When the load has stopped: reads the counters and compares the nodes. */
  static Outcome look(ClusterView view, LocalCluster cluster, List<String> counters, CounterLoad load, WriteGaps gaps,
      List<Failover> failovers) {
    List<Count> counts = new ArrayList<>();
    try (BalsaClient client = BalsaClient.connect(cluster.endpoints())) {
      for (int i = 0; i < counters.size(); i++) {
        counts.add(
            new Count(counters.get(i), client.counter(counters.get(i)).get(), load.acknowledged(i), load.unknown(i)));
      }
    }
    List<String> addresses = cluster.addresses();
    return new Outcome(counts, load.failed(), load.lastFailure(), failovers, gaps,
        StateHashes.atOneIndex(view, addresses, HASH_MOST).values(), addresses.size());
  }

  private boolean statesAreEqual() {
    return hashes.size() == nodes && hashes.stream().map(StateHash::hash).distinct().count() == 1
        && hashes.stream().map(StateHash::appliedIndex).distinct().count() == 1;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Table counters = new Table("COUNTER", ">ACKNOWLEDGED", ">UNKNOWN", ">STORED", "RESULT");
    counts.forEach(count -> counters.row(count.counter(), Numbers.grouped(count.acknowledged()),
        Numbers.grouped(count.unknown()), Numbers.grouped(count.stored()), count.verdict()));
    lines.add("");
    lines.addAll(counters.lines(""));
    Table kills = new Table("FAILOVER", "KILLED", "NEXT LEADER", ">TERM", ">WRITE GAP");
    for (int i = 0; i < failovers.size(); i++) {
      Failover failover = failovers.get(i);
      kills.row(Integer.toString(i + 1), failover.killed(), failover.successor(),
          Long.toString(failover.term()), Durations.text(failover.writeGap()));
    }
    lines.add("");
    lines.addAll(kills.lines(""));
    lines.add("");
    lines.addAll(summary().lines(""));
    return lines;
  }

  private Table summary() {
    long acknowledged = counts.stream().mapToLong(Count::acknowledged).sum();
    List<Duration> outages = gaps.outages();
    Table summary = new Table("operations", Numbers.grouped(acknowledged) + " acknowledged, "
        + Numbers.grouped(counts.stream().mapToLong(Count::unknown).sum()) + " unknown, " + Numbers.grouped(failed)
        + " failed"
        + (lastFailure.isEmpty() ? "" : " (last: " + lastFailure + ")"));
    summary.row("write path", Numbers.decimals(100 * gaps.availability(), 3) + " % available over "
        + Durations.text(gaps.observed()) + "; outages (gaps over " + WriteGaps.OUTAGE_OVER.toMillis() + " ms): "
        + outages.size());
    summary.row("MTTR", outages.isEmpty() ? "no outage" : Durations.text(gaps.meanTimeToRepair()));
    summary.row("MTBF", (outages.isEmpty() ? "over " : "") + Durations.text(gaps.meanTimeBetweenFailures()));
    summary.row("replicas", statesAreEqual()
        ? "equal: state hash " + HexFormat.of().toHexDigits(hashes.iterator().next().hash()) + " at index "
            + hashes.iterator().next().appliedIndex() + " on all " + nodes
        : "NOT EQUAL, or not all answered: " + hashes.size() + " of " + nodes + " told their state");
    return summary;
  }

  /** Ends the demonstration as failed when anything is off by one, not known, or not equal. */
  void requireExact() {
    if (!counts.stream().allMatch(Count::exact)) {
      throw VerbFailure.refused("the counts are not exact, see the table");
    }
    if (!statesAreEqual()) {
      throw VerbFailure.refused("the replicas are not equal, see the table");
    }
  }
}
