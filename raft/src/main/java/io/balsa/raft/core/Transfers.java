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
    leader.transfer = new LeaderState.Transfer(target, state.now() + state.config.electionTimeoutMaxNanos(), requested);
    remind(leader);
  }

  /** Sends TimeoutNow if the target has everything: when that becomes so, and with every heartbeat, for it may be lost. */
  void remind(LeaderState leader) {
    LeaderState.Transfer transfer = leader.transfer;
    if (transfer != null) {
      Progress progress = leader.progress.get(transfer.target);
      if (progress != null && progress.matchIndex() == state.log.lastIndex()) {
        state.out.add(new Send(transfer.target, new TimeoutNow(state.term())));
      }
    }
  }

  /** @return whether this node still leads */
  boolean checkTimers(LeaderState leader) {
    LeaderState.Transfer transfer = leader.transfer;
    if (transfer != null && state.now() >= transfer.dueNanos) {
      if (!transfer.requested) {
        roles.becomeFollower(null, "the disk stands still and " + transfer.target + " did not take over");
        return false;
      }
      leader.transfer = null;
      end(false, transfer.target + " did not take over within an election timeout");
    }
    if (leader.transfer == null && state.syncs.isStalledSince(state.now() - state.config.electionTimeoutMaxNanos())) {
      NodeId target = mostAdvancedBeyondTheStall(leader);
      if (target != null) {
        begin(leader, target, false);
      }
    }
    return true;
  }

  /** If no voter has acknowledged what hangs here, all disks stand still, and nobody would do better (C5). */
  private @Nullable NodeId mostAdvancedBeyondTheStall(LeaderState leader) {
    NodeId best = null;
    long bestMatch = state.syncs.oldestLastIndex() - 1;
    for (NodeId voter : state.voters()) {
      Progress progress = leader.progress.get(voter);
      if (progress != null && progress.matchIndex() > bestMatch) {
        best = voter;
        bestMatch = progress.matchIndex();
      }
    }
    return best;
  }
}
