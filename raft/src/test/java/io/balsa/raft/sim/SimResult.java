package io.balsa.raft.sim;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run gave.
 *
 * @param traceHash      equal for every run of the seed
 * @param events         of the timeline
 * @param simulatedNanos its whole length
 * @param operations     of clients, with a known result
 * @param unknown        of clients, without
 * @param sessions       that had an operation answered
 * @param committed      entries
 * @param leaderChanges  elections
 * @param gaveUp         histories that the checker did not finish
 * @param messages       delivered
 * @param counts         of what the clients did and suffered, by name
 * @param electionNanos  from the heal to the committed probe write, in the liveness phase
 * @param missing        what has not happened, for this seed to count ({@link Goal#missing}); empty: it counts
 * @param broken         what nodes lost in it
 * @param violation      the finding, or null
 */
public record SimResult(long seed, SimOptions options, long traceHash, long events, long simulatedNanos, int operations,
    int unknown, int sessions, int committed, int leaderChanges, int gaveUp, FaultCounts faults,
    MessageCounts messages, Map<String, Long> counts, long electionNanos, String missing, List<String> broken,
    List<String> lastEvents,
    @Nullable Violation violation) {

  /** Seed, options, finding, last events, and how to see it again. */
  public String report(String replay) {
    StringBuilder text = new StringBuilder("seed " + seed + " broke an invariant\n");
    text.append(options).append('\n');
    for (String line : lastEvents) {
      text.append(line).append('\n');
    }
    for (String line : broken) {
      text.append("broken at ").append(line).append('\n');
    }
    text.append(violation == null ? "nothing was found" : violation.getMessage()).append('\n');
    text.append("liveness after ").append(Duration.ofNanos(electionNanos)).append("; replay: ").append(replay);
    return text.toString();
  }
}
