package io.balsa.raft.sim;

import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.log.Entry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a core of nodes comes back after the heal, and how soon it must, at the settings that the seed drew:
 *
 * <ul>
 * <li>The disks of a quorum must go on: a sync that hangs takes what it takes. All of them count if a state is lost, for whoever
 * lost it cannot lead.
 * <li>Then somebody leads within one election timeout, on the slowest clock, and a few rounds: of pre-votes, of votes, with a
 * moment for a rival ({@code docs/consensus.md}). A leader whose own disk hangs hands over within two more.
 * <li>Then a quorum holds what it lacks of the longest log, so many entries a message and one message at a time, and the first new
 * entry is committed.
 * <li>Clients and the other nodes have what is left as fast as that, once all disks go on: so long as entries are committed, they
 * are waited for.
 * </ul>
 */
final class Recovery<R> {
  /** Rounds of messages until somebody leads and has committed its no-op, with those of a second candidature. */
  private static final int ROUNDS = 12;
  private static final int ENTRY_BYTES = 200;

  private final Cluster<R> cluster;
  private final SimOptions options;
  private final List<SimNode<R>> core;
  private final int committedBefore;
  private final long healedAt;
  private final long quorumDisksAt;
  private final long allDisksAt;
  private final int missingInQuorum;
  private final int missingMost;
  private long newEntryAt = -1;
  private int looked;

  /** Begins at the heal. */
  Recovery(Cluster<R> cluster, List<SimNode<R>> core) {
    this.cluster = cluster;
    this.options = cluster.options();
    this.core = core;
    this.committedBefore = cluster.ledger().committed().size();
    this.looked = committedBefore;
    this.healedAt = cluster.timeline().now();
    int quorum = options.voters() / 2 + 1;
    long[] disksAt = core.stream().mapToLong(this::diskAt).sorted().toArray();
    this.allDisksAt = disksAt[disksAt.length - 1];
    this.quorumDisksAt = core.stream().anyMatch(SimNode::isStateLost) ? allDisksAt : disksAt[quorum - 1];
    SimNode<R> longest = longest();
    int[] missing = core.stream().mapToInt(node -> missing(node, longest)).sorted().toArray();
    this.missingMost = missing[missing.length - 1];
    this.missingInQuorum = missing[quorum - 1];
  }

  private long diskAt(SimNode<R> node) {
    SimProcess<R> process = node.process();
    return process == null ? healedAt : Math.max(healedAt, process.stages().syncEndsAt());
  }

  private SimNode<R> longest() {
    SimNode<R> longest = core.get(0);
    for (SimNode<R> node : core) {
      if (last(node).isAtLeastAsUpToDateAs(last(longest))) {
        longest = node;
      }
    }
    return longest;
  }

  private static io.balsa.raft.log.LogId last(SimNode<?> node) {
    List<Entry> log = node.log();
    return log.isEmpty() ? io.balsa.raft.log.LogId.ZERO : log.get(log.size() - 1).id();
  }

  /** How many entries of the longest log a node lacks. */
  private int missing(SimNode<R> node, SimNode<R> longest) {
    int common = Math.min(node.log().size(), longest.log().size());
    while (common > 0 && node.log().get(common - 1).term() != longest.log().get(common - 1).term()) {
      common--;
    }
    return longest.log().size() - common;
  }

  /** A message and its answer, with a read from the disk at its begin and a sync at its end, when it is not its luckiest day. */
  private long roundNanos() {
    return 4 * options.latencyNanos() + 4 * options.syncNanos() + 8 * options.stageDelayNanos() + options.tickNanos();
  }

  private long roundsFor(long entries) {
    RaftConfig raft = options.raft();
    long each = Math.max(1, Math.min(raft.appendEntriesMax(), raft.appendBytesMax() / ENTRY_BYTES));
    return (entries + each - 1) / each;
  }

  private long electionNanos() {
    RaftConfig raft = options.raft();
    double slowest = options.clockRates().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    int timeouts = allDisksAt > quorumDisksAt ? 3 : 1;
    return (long) (timeouts * raft.electionTimeoutMaxNanos() / slowest) + 4 * raft.heartbeatIntervalNanos()
        + 2 * raft.fastElectionJitterNanos() + ROUNDS * roundNanos();
  }

  /** When an entry made after the heal must be committed. */
  long committedBy() {
    return quorumDisksAt + electionNanos() + roundsFor(missingInQuorum) * roundNanos();
  }

  /** When all nodes of the core must be equal, and every client served, with what has been committed so far. */
  long doneBy() {
    int made = cluster.ledger().committed().size() - committedBefore;
    return allDisksAt + electionNanos() + roundsFor(missingMost + (long) made) * roundNanos()
        + cluster.parts().clientNanos();
  }

  /** Whether an entry made after the heal is committed; from then on {@link #toCommitNanos} says when. */
  boolean isCommitting() {
    List<Entry> committed = cluster.ledger().committed();
    for (; newEntryAt < 0 && looked < committed.size(); looked++) {
      Ledger.@Nullable Known known = cluster.ledger().known(committed.get(looked).id());
      if (known != null && known.appendedAtNanos() >= healedAt) {
        newEntryAt = cluster.timeline().now();
      }
    }
    return newEntryAt >= 0;
  }

  /** From the moment at which a quorum could write until an entry made after the heal was committed; in nanoseconds. */
  long toCommitNanos() {
    return Math.max(0, newEntryAt - quorumDisksAt);
  }

  Violation late(String what) {
    return new Violation("Liveness",
        what + " " + Duration.ofNanos(cluster.timeline().now() - healedAt) + " after the faults ended with a core of "
            + core.stream().map(SimNode::id).toList() + "; the disks of a quorum went on after "
            + Duration.ofNanos(quorumDisksAt - healedAt) + ", those of all after "
            + Duration.ofNanos(allDisksAt - healedAt) + "; missing in a quorum were " + missingInQuorum + " entries, "
            + missingMost + " in one log");
  }
}
