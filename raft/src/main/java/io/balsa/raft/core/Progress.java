package io.balsa.raft.core;

import io.balsa.raft.action.Send;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * One peer as its leader sees it. All transitions of its mode are written here.
 *
 * <ul>
 * <li>PROBE: it is not known where the logs part; one AppendEntries at a time.
 * <li>REPLICATE: everything up to match is equal; AppendEntries are pipelined within a window.
 * <li>SNAPSHOT: the next entry is not in the leader's log any more; nothing is appended until a snapshot has arrived.
 * </ul>
 *
 * Invariant: matchIndex &lt; nextIndex. A snapshot may also be on its way to a peer that lost its state and whose log goes on.
 */
final class Progress {
  enum Mode {
    PROBE, REPLICATE, SNAPSHOT
  }

  private static final long NO_ROUND = Long.MAX_VALUE;

  final NodeId id;
  final long incarnation;
  private final long heartbeatIntervalNanos;
  private Mode mode = Mode.PROBE;
  private long matchIndex;
  private long nextIndex;
  private boolean probeOutstanding;
  /** Since when an answer is awaited: the last probe or question, the last answer, or the first append of a window. */
  private long lastMoveNanos;
  private final Inflights inflights;
  /** The newest heartbeat round of this term that it has answered. */
  private long ackedRound;
  private long lastContactNanos;
  private boolean everHeard;
  private final CatchUp catchUp = new CatchUp();
  private final Acknowledged acknowledged = new Acknowledged();
  /** A heartbeat that will show whether everything sent before it has arrived, and the last index sent before it. */
  private long witnessRound = NO_ROUND;
  private long sentBeforeWitness;
  /** The snapshot on its way there. */
  @Nullable
  SnapshotTransfer transfer;
  /** It goes on behind a snapshot, and has not come as far as the others: the log waits for it (L5). */
  boolean followsSnapshot;
  /** In a row: what came there was not what was sent. */
  int snapshotsRefused;
  /** Therefore the next snapshot is not begun before. */
  long noSnapshotBeforeNanos = Long.MIN_VALUE;

  Progress(NodeId id, long incarnation, long nextIndex, RaftConfig config, long nowNanos) {
    this.id = id;
    this.incarnation = incarnation;
    this.heartbeatIntervalNanos = config.heartbeatIntervalNanos();
    this.nextIndex = nextIndex;
    this.inflights = new Inflights(config.inflightMessagesMax(), config.inflightBytesMax());
    this.lastContactNanos = nowNanos;
    this.lastMoveNanos = nowNanos;
  }

  /** To this very incarnation. */
  Send send(Message message) {
    return new Send(id, incarnation, message);
  }

  Mode mode() {
    return mode;
  }

  long matchIndex() {
    return matchIndex;
  }

  long nextIndex() {
    return nextIndex;
  }

  long ackedRound() {
    return ackedRound;
  }

  /** When it was last heard, or this leader began to listen. */
  long lastContactNanos() {
    return lastContactNanos;
  }

  void heard(long nowNanos) {
    lastContactNanos = nowNanos;
    everHeard = true;
  }

  /** Whether it was heard, by this leader in this term, since then. */
  boolean isHeardSince(long nanos) {
    return everHeard && lastContactNanos >= nanos;
  }

  boolean everHeard() {
    return everHeard;
  }

  /** Whether it makes up for what it lacks within this time, and has a whole state. */
  boolean isCaughtUp(long nanos, long nowNanos) {
    return transfer == null && catchUp.isWithin(nanos, nowNanos);
  }

  /** Whether another AppendEntries may leave now. */
  boolean mayAppend() {
    return switch (mode) {
      case PROBE -> !probeOutstanding;
      case REPLICATE -> !inflights.isFull();
      case SNAPSHOT -> false;
    };
  }

  void sent(long lastIndex, long bytes, long nowNanos) {
    switch (mode) {
      case PROBE -> {
        probeOutstanding = true;
        lastMoveNanos = nowNanos;
      }
      case REPLICATE -> {
        if (lastIndex >= nextIndex) {
          if (inflights.isEmpty()) {
            lastMoveNanos = nowNanos;
          }
          inflights.add(lastIndex, bytes);
          nextIndex = lastIndex + 1;
        }
      }
      case SNAPSHOT -> throw new IllegalStateException("entries for " + this);
    }
  }

  /** @return whether the match moved */
  boolean accepted(long index, long nowNanos) {
    probeOutstanding = false;
    lastMoveNanos = nowNanos;
    boolean moved = index > matchIndex;
    matchIndex = Math.max(matchIndex, index);
    catchUp.reached(matchIndex, nowNanos);
    inflights.freeTo(index);
    nextIndex = Math.max(nextIndex, matchIndex + 1);
    if (mode == Mode.PROBE && index >= matchIndex) {
      mode = Mode.REPLICATE;
      nextIndex = matchIndex + 1;
      inflights.clear();
    }
    return moved;
  }

  /**
   * An AppendEntries after {@code prevIndex} was rejected; the logs may part right after {@code hintIndex}.
   *
   * @return whether this says something new; a late or repeated reply does not
   */
  boolean rejected(long prevIndex, long hintIndex) {
    if (mode == Mode.SNAPSHOT || prevIndex <= matchIndex || (mode == Mode.PROBE && prevIndex != nextIndex - 1)) {
      return false;
    }
    probeFrom(Math.max(matchIndex + 1, Math.min(prevIndex, hintIndex + 1)));
    return true;
  }

  /** The next entry is gone from the leader's log. */
  void awaitSnapshot() {
    mode = Mode.SNAPSHOT;
    probeOutstanding = false;
    inflights.clear();
  }

  /** An acknowledgement came late, and the next entry is in the leader's log after all. */
  void snapshotNeedless() {
    probeFrom(matchIndex + 1);
  }

  /** The peer holds this index and all before it, in its state. @return whether the match moved */
  boolean installed(long index, long nowNanos) {
    if (mode == Mode.SNAPSHOT) {
      probeFrom(Math.max(matchIndex, index) + 1);
    }
    followsSnapshot = true;
    return accepted(index, nowNanos);
  }

  /** What it had acknowledged when this round was sent (I4). */
  long acknowledgedBefore(long round) {
    return acknowledged.before(round);
  }

  /** @param lastIndex the end of the leader's log */
  void heartbeatSent(long round, long lastIndex, long nowNanos) {
    acknowledged.heartbeatSent(round, matchIndex);
    catchUp.begin(lastIndex, matchIndex, nowNanos);
    if (witnessRound == NO_ROUND) {
      witnessRound = round;
      sentBeforeWitness = nextIndex - 1;
    }
  }

  /**
   * A heartbeat was answered: so is a probe that got no answer to be repeated, and appends that left before the heartbeat and
   * have not arrived are lost. Neither is concluded within a heartbeat interval or two: a probe's answer waits for the disk,
   * and an append whose entries are read from the disk may leave after the heartbeat.
   *
   * @param followerLastIndex the end of the follower's log
   * @return the index whose acknowledgement is to be asked for again, because the entries arrived and nothing was heard of them
   *         since: a lost acknowledgement would keep the window full for ever; 0: none
   */
  long heartbeatAnswered(long round, long followerLastIndex, long nowNanos) {
    ackedRound = Math.max(ackedRound, round);
    if (nowNanos - lastMoveNanos >= heartbeatIntervalNanos) {
      probeOutstanding = false;
    }
    if (round < witnessRound) {
      return 0;
    }
    witnessRound = NO_ROUND;
    if (mode != Mode.REPLICATE || matchIndex >= sentBeforeWitness
        || nowNanos - lastMoveNanos < 2 * heartbeatIntervalNanos) {
      return 0;
    }
    if (followerLastIndex < sentBeforeWitness) {
      probeFrom(matchIndex + 1);
      return 0;
    }
    lastMoveNanos = nowNanos;
    return sentBeforeWitness;
  }

  private void probeFrom(long index) {
    mode = Mode.PROBE;
    nextIndex = index;
    probeOutstanding = false;
    inflights.clear();
    witnessRound = NO_ROUND;
  }

  @Override
  public String toString() {
    return id + " " + mode + " match " + matchIndex + " next " + nextIndex;
  }
}
