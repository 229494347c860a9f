package io.balsa.raft.sim;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run gave.
 *
 * @param traceHash     equal for every run of the seed
 * @param operations    of clients, with a known result
 * @param unknown       of clients, without
 * @param committed     entries
 * @param gaveUp        histories that the checker did not finish
 * @param counts        of what the clients did and suffered, by name
 * @param recoveryNanos from when the disks of a quorum go on after the heal to a committed new entry
 * @param violation     the finding, or null
 */
public record SimResult(long seed, SimOptions options, long traceHash, long events, int operations, int unknown,
    int committed, int leaderChanges, int gaveUp, FaultCounts faults, Map<String, Long> counts, long recoveryNanos,
    List<String> lastEvents,
    @Nullable Violation violation) {

  /** {@link #recoveryNanos} in the longest election timeouts of the settings. */
  public double recoveryTimeouts() {
    return recoveryNanos / (double) options.raft().electionTimeoutMaxNanos();
  }

  /** Seed, options, finding, last events, and how to see it again. */
  public String report(String replay) {
    StringBuilder text = new StringBuilder("seed " + seed + " broke an invariant\n");
    text.append(options).append('\n');
    for (String line : lastEvents) {
      text.append(line).append('\n');
    }
    text.append(violation == null ? "nothing was found" : violation.getMessage()).append('\n');
    text.append("recovered after ").append(Duration.ofNanos(recoveryNanos)).append("; replay: ").append(replay);
    return text.toString();
  }
}
