package io.balsa.raft.core;

import io.balsa.raft.action.Send;
import io.balsa.raft.action.TransferEnded;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.TimeoutNow;
import org.jspecify.annotations.Nullable;

/** Leadership transfer (thesis 3.10): asked for by an operator, or by the leader itself when its disk stands still (C5). */
final class Transfers {
  private final RaftState state;
  private final Roles roles;

  Transfers(RaftState state, Roles roles) {
    this.state = state;
    this.roles = roles;
  }

  void onTransferLeadership(NodeId target) {
    if (!(state.role instanceof LeaderState leader)) {
      end(false, "this node does not lead");
    } else if (target.equals(state.self)) {
      end(true, "");
    } else if (!state.configuration().isVoter(target)) {
      end(false, target + " is no voter of this cluster");
    } else if (leader.transfer != null) {
      end(false, "leadership is already on its way to " + leader.transfer.target);
    } else {
      begin(leader, target, true);
    }
  }

  private void end(boolean transferred, String reason) {
    state.out.add(new TransferEnded(transferred, reason));
  }

  private void begin(LeaderState leader, NodeId target, boolean requested) {
    leader.transfer = new LeaderState.Transfer(target, state.now(),
        state.now() + state.config.electionTimeoutMaxNanos(), requested);
    remind(leader);
  }

  /** Sends TimeoutNow if the target has everything: when that becomes so, and every heartbeat interval, for it may be lost. */
  void remind(LeaderState leader) {
    LeaderState.Transfer transfer = leader.transfer;
    if (transfer != null && state.now() >= transfer.remindDueNanos) {
      Progress progress = leader.progress.get(transfer.target);
      if (progress != null && progress.matchIndex() == state.log.lastIndex()) {
        transfer.remindDueNanos = state.now() + state.config.heartbeatIntervalNanos();
        state.out.add(new Send(transfer.target, new TimeoutNow(state.term())));
      }
    }
  }

  /** @return whether this node still leads */
  boolean checkTimers(LeaderState leader) {
    boolean stalled = state.syncs.isStalledSince(state.now() - state.config.electionTimeoutMaxNanos());
    LeaderState.Transfer transfer = leader.transfer;
    if (transfer != null && !transfer.requested && !stalled) {
      leader.transfer = null;
    } else if (transfer != null && state.now() >= transfer.dueNanos) {
      if (!transfer.requested) {
        roles.becomeFollower(null, "the disk stands still and " + transfer.target + " did not take over");
        return false;
      }
      leader.transfer = null;
      end(false, transfer.target + " did not take over within an election timeout");
    }
    remind(leader);
    if (leader.transfer == null && stalled) {
      NodeId target = mostAdvancedBeyondTheStall(leader);
      if (target != null) {
        begin(leader, target, false);
      }
    }
    return true;
  }

  /** Whoever tells of the new term first need not be the target, and the target may have lost: the leader itself decides. */
  void judge(@Nullable NodeId leaderKnown) {
    LeaderState.Transfer transfer = state.handedOver;
    if (transfer != null && leaderKnown != null) {
      state.handedOver = null;
      boolean transferred = transfer.target.equals(leaderKnown);
      end(transferred, transferred ? "" : leaderKnown + " was elected, not " + transfer.target);
    }
  }

  /** This node led no more when it last looked, and nobody is known to lead since. */
  void checkHandedOver() {
    LeaderState.Transfer transfer = state.handedOver;
    if (transfer != null && state.now() >= transfer.dueNanos + state.config.electionTimeoutMaxNanos()) {
      state.handedOver = null;
      end(false, "no leader is known after this node gave up its leadership to " + transfer.target);
    }
  }

  /**
   * If no voter has acknowledged what hangs here, all disks stand still, and nobody would do better (C5). Nor would one that has
   * not been heard for an election timeout: it may be gone, or know nothing of being asked.
   */
  private @Nullable NodeId mostAdvancedBeyondTheStall(LeaderState leader) {
    long since = state.now() - state.config.electionTimeoutMinNanos();
    NodeId best = null;
    long bestMatch = state.syncs.oldestLastIndex() - 1;
    for (NodeId voter : state.voters()) {
      Progress progress = leader.progress.get(voter);
      if (progress != null && progress.matchIndex() > bestMatch && progress.lastContactNanos() >= since) {
        best = voter;
        bestMatch = progress.matchIndex();
      }
    }
    return best;
  }
}
