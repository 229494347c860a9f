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
    boolean isOf(NodeId member) {
      return remote.stream().anyMatch(read -> read.from().equals(member));
    }
  }

  /** A member asks for its reads, under this id (C3). */
  record RemoteRead(NodeId from, long boot, long read) {
  }

  /** A leadership transfer under way. */
  static final class Transfer {
    final NodeId target;
    final long dueNanos;
    /** Whether an operator waits for its end; otherwise it is the leader's own (C5). */
    final boolean requested;
    /** When to tell the target again. */
    long remindDueNanos;

    Transfer(NodeId target, long nowNanos, long dueNanos, boolean requested) {
      this.target = target;
      this.remindDueNanos = nowNanos;
      this.dueNanos = dueNanos;
      this.requested = requested;
    }
  }

  final TreeMap<NodeId, Progress> progress = new TreeMap<>();
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

  LeaderState(long clusterTimeNanos, long nowNanos) {
    this.clusterTimeNanos = clusterTimeNanos;
    this.lastAppendNanos = nowNanos;
    this.heartbeatDueNanos = nowNanos;
  }
}
