package io.balsa.raft.core;

import io.balsa.raft.action.TransferEnded;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.TimeoutNow;
import org.jspecify.annotations.Nullable;

/**
 * Leadership transfer (thesis 3.10): asked for by an operator, or by the leader itself: when its disk stands still
 * (C5), when it is removed (4.2.2), when operators prefer another.
 */
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
      begin(leader, target, LeaderState.Cause.REQUESTED);
    }
  }

  private void end(boolean transferred, String reason) {
    state.out.add(new TransferEnded(transferred, reason));
  }

  /** Operators prefer this voter. */
  void prefer(LeaderState leader, NodeId target) {
    begin(leader, target, LeaderState.Cause.PREFERRED);
  }

  /**
   * This leader is a member no more: it takes nothing new, answers what it took, and hands over to the most advanced voter. It steps
   * down in any case; if no voter counts, because it does not hear a quorum.
   */
  void retire(LeaderState leader) {
    NodeId target = mostAdvancedBeyond(leader, -1);
    if (target != null) {
      begin(leader, target, LeaderState.Cause.REMOVED);
    }
  }

  private void begin(LeaderState leader, NodeId target, LeaderState.Cause cause) {
    leader.transfer = new LeaderState.Transfer(target, state.now(),
        state.now() + state.config.electionTimeoutMaxNanos(), cause);
    remind(leader);
  }

  /** Sends TimeoutNow if the target has everything: when that becomes so, and every heartbeat interval, for it may be lost. */
  void remind(LeaderState leader) {
    LeaderState.Transfer transfer = leader.transfer;
    if (transfer != null && state.now() >= transfer.remindDueNanos) {
      Progress progress = leader.progress.get(transfer.target);
      if (progress != null && progress.matchIndex() == state.log.lastIndex() && isAnswered(transfer)) {
        transfer.remindDueNanos = state.now() + state.config.heartbeatIntervalNanos();
        state.out.add(progress.send(new TimeoutNow(state.term())));
      }
    }
  }

  /** Nobody tells a removed leader what became of its last entries, so it waits until they are committed. */
  private boolean isAnswered(LeaderState.Transfer transfer) {
    return transfer.cause != LeaderState.Cause.REMOVED || state.commitIndex() == state.log.lastIndex();
  }

  /** @return whether this node still leads */
  boolean checkTimers(LeaderState leader) {
    boolean stalled = state.syncs.isStalledSince(state.now() - state.config.electionTimeoutMaxNanos());
    LeaderState.Transfer transfer = leader.transfer;
    if (transfer != null && transfer.cause == LeaderState.Cause.STALLED && !stalled) {
      leader.transfer = null;
    } else if (transfer != null && state.now() >= transfer.dueNanos && !goesOn(leader, transfer)) {
      return false;
    }
    remind(leader);
    if (leader.transfer == null && stalled) {
      // If no voter has acknowledged what hangs here, all disks stand still, and nobody would do better (C5).
      NodeId target = mostAdvancedBeyond(leader, state.syncs.oldestLastIndex() - 1);
      if (target != null) {
        begin(leader, target, LeaderState.Cause.STALLED);
      }
    }
    return true;
  }

  /** The target did not take over within an election timeout. @return whether this node still leads */
  private boolean goesOn(LeaderState leader, LeaderState.Transfer transfer) {
    switch (transfer.cause) {
      case STALLED ->
        roles.becomeFollower(null, "the disk stands still and " + transfer.target + " did not take over");
      case REMOVED ->
        roles.becomeFollower(null, "it is a member no more, and " + transfer.target + " did not take over");
      case REQUESTED -> {
        leader.transfer = null;
        end(false, transfer.target + " did not take over within an election timeout");
      }
      case PREFERRED -> leader.transfer = null;
    }
    return state.role == leader;
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

  /** Of those that were heard within an election timeout: another may be gone, or know nothing of being asked. */
  private @Nullable NodeId mostAdvancedBeyond(LeaderState leader, long matchIndex) {
    long since = state.now() - state.config.electionTimeoutMinNanos();
    NodeId best = null;
    long bestMatch = matchIndex;
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
