package io.balsa.raft.core;

import io.balsa.raft.log.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A leader in one term. */
final class LeaderState implements RoleState {
  /** Reads that wait for one round of heartbeats, its own and remote ones, and the commit index when it was sent. */
  record ReadRound(long round, long commitIndex, List<Long> contexts, List<RemoteRead> remote) {
    boolean isOf(Peer member) {
      return remote.stream().anyMatch(read -> read.from().equals(member));
    }
  }

  /** A member asks for its reads, under this id (C3). */
  record RemoteRead(Peer from, long boot, long read) {
  }

  /** A leadership transfer under way. */
  static final class Transfer {
    final NodeId target;
    final long dueNanos;
    final Cause cause;
    /** When to tell the target again. */
    long remindDueNanos;

    Transfer(NodeId target, long nowNanos, long dueNanos, Cause cause) {
      this.target = target;
      this.remindDueNanos = nowNanos;
      this.dueNanos = dueNanos;
      this.cause = cause;
    }

    /** Whether somebody waits for its end. */
    boolean isRequested() {
      return cause == Cause.REQUESTED;
    }
  }

  /** Why leadership is handed over. */
  enum Cause {
    /** An operator, or the node's own orderly end, wants it so. */
    REQUESTED,
    /** The leader's disk stands still (C5). */
    STALLED,
    /** The leader is a member no more (thesis 4.2.2). */
    REMOVED,
    /** The target has a higher priority. */
    PREFERRED
  }

  /** A peer that lost what it had acknowledged (I4), and how much that was. */
  record Forgetful(long incarnation, long matchIndex, long lastIndex) {
  }

  final long sinceNanos;

  /** Of every peer of the newest configuration that counts; changes with it. */
  final TreeMap<NodeId, Progress> progress = new TreeMap<>();
  /** The peers that do not count any more in this term. */
  final TreeMap<NodeId, Forgetful> forgetful = new TreeMap<>();
  /** When leadership was last offered to those that operators prefer. */
  final TreeMap<NodeId, Long> preferredNanos = new TreeMap<>();
  /** The no-op that opens the term (I5). */
  long noopIndex;
  boolean noopApplied;
  long noopAppliedNanos;

  long heartbeatDueNanos;
  /** The newest round of heartbeats sent in this term; never used twice (C3). */
  long round;
  final ArrayDeque<ReadRound> readRounds = new ArrayDeque<>();
  /** Reads that no round has taken along yet. */
  List<Long> waitingReads = new ArrayList<>();
  final TreeMap<NodeId, RemoteRead> waitingRemoteReads = new TreeMap<>();

  @Nullable
  Transfer transfer;

  /** The cluster clock of this leader (T1, T3). */
  long clusterTimeNanos;
  long lastAppendNanos;
  /** The index of the Clock entry in flight; 0: none (T4). */
  long clockIndex;

  /** Whether the newest configuration names this very incarnation, and it has forgotten nothing in this term (I1, I4). */
  boolean counts(Peer peer) {
    Progress known = progress.get(peer.id());
    return known != null && known.incarnation == peer.incarnation();
  }

  LeaderState(long clusterTimeNanos, long nowNanos) {
    this.clusterTimeNanos = clusterTimeNanos;
    this.sinceNanos = nowNanos;
    this.lastAppendNanos = nowNanos;
    this.heartbeatDueNanos = nowNanos;
  }
}
