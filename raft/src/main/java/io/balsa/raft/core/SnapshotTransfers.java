package io.balsa.raft.core;

import io.balsa.raft.action.CheckSnapshot;
import io.balsa.raft.action.CloseSnapshot;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.SnapshotRefused;
import org.jspecify.annotations.Nullable;

/**
 * How a leader brings a snapshot to a peer whose next entry its log no longer holds, or whose state is lost (paper, section 7).
 * Chunks follow what the peer says it has, so a lost one, or a connection that broke, costs a chunk and no more. What arrived and is not
 * what was sent is not sent again: this node checks its copy, and if that is whole, takes another snapshot after a pause.
 */
final class SnapshotTransfers {
  /** In election timeouts: a peer not heard for so long may begin anew; one that is heard and makes no progress holds the log no longer. */
  private static final int SILENT_MAX = 40;
  private static final int IDLE_MAX = 400;
  /** The pause after a refusal: an election timeout, twice as long after each further one, up to sixteen. */
  private static final int PAUSE_DOUBLINGS_MAX = 4;

  private final RaftState state;
  private long lastNumber;

  SnapshotTransfers(RaftState state) {
    this.state = state;
  }

  /** The peer needs a snapshot that holds at least this. */
  void need(Progress progress, long minIndex) {
    SnapshotTransfer current = progress.transfer;
    if (current != null && (current.checking || current.keepAfter() >= minIndex)) {
      return;
    }
    if (state.appliedIndex() < minIndex || state.now() < progress.noSnapshotBeforeNanos) {
      return; // the peer asks again with every heartbeat
    }
    end(progress);
    progress.followsSnapshot = false;
    progress.transfer = new SnapshotTransfer(++lastNumber, minIndex, state.now());
    state.out.add(new OpenSnapshot(lastNumber, progress.id, minIndex));
  }

  void opened(long number, SnapshotMeta snapshot) {
    Progress progress = find(number);
    if (progress != null && progress.transfer != null) {
      Check.that(snapshot.lastIncluded().index() >= progress.transfer.minIndex,
          "a snapshot of %s, needed was one of %d",
          snapshot.lastIncluded(), progress.transfer.minIndex);
      progress.transfer.snapshot = snapshot;
      progress.transfer.lastMoveNanos = state.now();
      send(progress, progress.transfer, 0);
    }
  }

  private @Nullable Progress find(long number) {
    if (state.role instanceof LeaderState leader) {
      for (Progress progress : leader.progress.values()) {
        if (progress.transfer != null && progress.transfer.number == number) {
          return progress;
        }
      }
    }
    return null;
  }

  private void send(Progress progress, SnapshotTransfer transfer, long offset) {
    transfer.nextOffset = offset;
    transfer.lastSentNanos = state.now();
    state.out.add(new SendSnapshotChunk(transfer.number, progress.id, progress.incarnation, state.term(), offset));
  }

  /** @return the index up to which the peer now holds this log, durably, in its state; 0: not there yet */
  long answered(Progress progress, InstallSnapshotReply reply) {
    SnapshotTransfer transfer = progress.transfer;
    if (transfer == null || transfer.snapshot == null || transfer.snapshot.id() != reply.snapshotId()) {
      return 0;
    }
    if (reply.installed()) {
      progress.snapshotsRefused = 0;
      end(progress);
      return transfer.snapshot.lastIncluded().index();
    }
    if (transfer.checking) {
      return 0;
    }
    if (reply.nextOffset() > transfer.nextOffset && reply.nextOffset() <= transfer.snapshot.bytes()) {
      transfer.lastMoveNanos = state.now();
      send(progress, transfer, reply.nextOffset());
    } else if (reply.nextOffset() < transfer.nextOffset) {
      // It lost what it had, or this is an old answer: the next repetition finds out, with one chunk under way as before.
      transfer.nextOffset = reply.nextOffset();
    }
    return 0;
  }

  /** It is not known yet who damaged it: if this node's disk did, the check is its end. */
  void refused(Progress progress, SnapshotRefused reply) {
    SnapshotTransfer transfer = progress.transfer;
    if (transfer != null && !transfer.checking && transfer.snapshot != null
        && transfer.snapshot.id() == reply.snapshotId()) {
      transfer.checking = true;
      state.out.add(new CheckSnapshot(transfer.number));
    }
  }

  /** The copy here is whole: the way there, or the peer's disk, is not. The next one may come through, and costs as much. */
  void checked(long number) {
    Progress progress = find(number);
    if (progress != null) {
      end(progress);
      int doublings = Math.min(progress.snapshotsRefused, PAUSE_DOUBLINGS_MAX);
      progress.snapshotsRefused++;
      progress.noSnapshotBeforeNanos = state.now() + (state.config.electionTimeoutMaxNanos() << doublings);
    }
  }

  /** Repeats what was not answered; gives up on who is gone. */
  void checkTimers(Progress progress) {
    long silent = state.now() - progress.lastContactNanos();
    long timeout = state.config.electionTimeoutMaxNanos();
    progress.followsSnapshot &= silent <= SILENT_MAX * timeout;
    SnapshotTransfer transfer = progress.transfer;
    if (transfer == null) {
      return;
    }
    boolean idle = !transfer.checking && state.now() - transfer.lastMoveNanos > IDLE_MAX * timeout;
    if (idle || silent > SILENT_MAX * timeout) {
      end(progress);
    } else if (transfer.snapshot != null && !transfer.checking && silent < timeout
        && state.now() - transfer.lastSentNanos >= 4 * state.config.heartbeatIntervalNanos()) {
      send(progress, transfer, transfer.nextOffset);
    }
  }

  void end(Progress progress) {
    end(state, progress);
  }

  static void end(RaftState state, Progress progress) {
    if (progress.transfer != null) {
      state.out.add(new CloseSnapshot(progress.transfer.number));
      progress.transfer = null;
    }
  }

  /**
   * The log keeps what follows this index: for snapshots that are being sent, and for those who have installed one until they have come as
   * far as the others. Else a log that keeps little would be cut off before them while they follow it, and again behind the next snapshot,
   * for ever (L5).
   */
  long keepAfter() {
    long least = Long.MAX_VALUE;
    if (state.role instanceof LeaderState leader) {
      for (Progress progress : leader.progress.values()) {
        if (progress.transfer != null) {
          least = Math.min(least, progress.transfer.keepAfter());
        } else if (progress.followsSnapshot) {
          least = Math.min(least, progress.matchIndex());
        }
      }
    }
    return least;
  }
}
