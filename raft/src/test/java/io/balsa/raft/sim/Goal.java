package io.balsa.raft.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What must have happened in a run for its seed to count. A safety phase that has not seen it all goes on, as the same seed, until
 * it has or until it is {@code safetyMax} long; then the seed does not count, and says why.
 *
 * @param safetyMax     the longest safety phase
 * @param operations    answered calls of clients
 * @param sessions      by which calls were answered
 * @param faults        caused on nodes, their disks and the links between them; what befalls single messages is none, nor clients' own
 * @param leaderChanges elections after the first
 */
public record Goal(Duration safetyMax, int operations, int sessions, int faults, int leaderChanges) {
  /** Any run will do. */
  public static final Goal NONE = new Goal(Duration.ZERO, 0, 0, 0, 0);
  /** A seed that counts; of at least 60 simulated seconds, when its safety phase is. */
  public static final Goal COUNTING = new Goal(Duration.ofMinutes(4), 200, 3, 10, 1);

  /** @return what is missing, for people; empty when nothing is */
  public String missing(int operationsSeen, int sessionsSeen, long faultsSeen, int leaderChangesSeen) {
    List<String> missing = new ArrayList<>();
    add(missing, "operations", operationsSeen, operations);
    add(missing, "sessions", sessionsSeen, sessions);
    add(missing, "faults", faultsSeen, faults);
    add(missing, "leader changes", leaderChangesSeen, leaderChanges);
    return String.join(", ", missing);
  }

  private static void add(List<String> missing, String what, long seen, long needed) {
    if (seen < needed) {
      missing.add(seen + " " + what + " of " + needed);
    }
  }
}
