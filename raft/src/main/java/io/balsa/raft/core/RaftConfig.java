package io.balsa.raft.core;

import java.time.Duration;

/**
 * How the core behaves. Local to a node: nodes with different settings work together.
 *
 * @param heartbeatIntervalNanos   how often a leader says that it is alive
 * @param electionTimeoutMinNanos  a follower that heard no leader for this long may help to elect another; a leader that did
 *                                 not hear a quorum for this long steps down
 * @param electionTimeoutMaxNanos  upper bound of the randomised timeout after which a follower stands
 * @param fastElectionJitterNanos  a follower with evidence that the leader's process is gone stands within this time (C4)
 * @param appendEntriesMax         entries in one AppendEntries
 * @param appendBytesMax           bytes in one AppendEntries (a larger single entry goes alone)
 * @param inflightMessagesMax      AppendEntries on their way to one follower
 * @param inflightBytesMax         bytes on their way to one follower
 * @param clockStepMaxNanos        the most that time grows between two polls (C7, T3)
 * @param clockIdleNanos           a Clock entry follows when nothing was appended for this long and something may fall due (T4)
 * @param preferenceIntervalNanos  a leader that has led for this long hands over to a voter of higher priority that can take over
 *                                 at once, and does not ask the same one again for as long; 0: never
 */
public record RaftConfig(long heartbeatIntervalNanos, long electionTimeoutMinNanos, long electionTimeoutMaxNanos,
    long fastElectionJitterNanos, int appendEntriesMax, long appendBytesMax, int inflightMessagesMax,
    long inflightBytesMax, long clockStepMaxNanos, long clockIdleNanos, long preferenceIntervalNanos) {

  public static final RaftConfig DEFAULT = withTimeouts(Duration.ofMillis(100), Duration.ofMillis(1_000),
      Duration.ofMillis(1_500));

  public RaftConfig {
    if (heartbeatIntervalNanos <= 0 || electionTimeoutMinNanos < 2 * heartbeatIntervalNanos
        || electionTimeoutMaxNanos <= electionTimeoutMinNanos) {
      throw new IllegalArgumentException(
          "needed: 0 < heartbeat interval, 2 heartbeat intervals <= election timeout minimum < its maximum");
    }
    if (fastElectionJitterNanos < 0 || appendEntriesMax < 1 || appendBytesMax < 1 || inflightMessagesMax < 1
        || inflightBytesMax < 1 || clockStepMaxNanos < 1 || clockIdleNanos < 1 || preferenceIntervalNanos < 0) {
      throw new IllegalArgumentException("a bound of the raft settings is not positive");
    }
  }

  /** The defaults with other times. */
  public static RaftConfig withTimeouts(Duration heartbeat, Duration electionMin, Duration electionMax) {
    return new RaftConfig(heartbeat.toNanos(), electionMin.toNanos(), electionMax.toNanos(),
        Duration.ofMillis(20).toNanos(), 4_096, 1 << 20, 64, 16 << 20, Duration.ofMillis(200).toNanos(),
        Duration.ofSeconds(1).toNanos(), Duration.ofSeconds(10).toNanos());
  }
}
