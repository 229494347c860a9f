package io.balsa.raft.core;

import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.MembershipRejected;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Bind;
import io.balsa.raft.log.MembershipChange.Promote;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Replace;
import io.balsa.raft.log.MembershipChange.Update;
import io.balsa.raft.log.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the membership, one member at a time (thesis 4.1): any majority before a change and any majority after it have a voter in
 * common. That holds for two configurations that follow each other, so the next one is appended only when the newest is committed,
 * and only by a leader that has committed an entry of its own term (I5): without that, a leader of an old term could come back and
 * commit a configuration that shares no voter with the newest (the single-server bug of 2015).
 */
final class Membership {
  private final RaftState state;
  private final Replication replication;
  private final Transfers transfers;

  Membership(RaftState state, Replication replication, Transfers transfers) {
    this.state = state;
    this.replication = replication;
    this.transfers = transfers;
  }

  void onChange(MembershipChange change) {
    MembershipRejected refusal = refusal(change);
    if (refusal != null) {
      state.out.add(refusal);
    } else {
      long index = replication.appendConfiguration((LeaderState) state.role, next(change));
      state.out.add(new MembershipAccepted(state.term(), index));
    }
  }

  private static MembershipRejected refuse(MembershipRejection why, String message) {
    return new MembershipRejected(why, message);
  }

  private @Nullable MembershipRejected refusal(MembershipChange change) {
    if (!(state.role instanceof LeaderState leader)) {
      Peer known = state.role instanceof FollowerState follower ? follower.leader : null;
      return known == null
          ? refuse(MembershipRejection.NO_LEADER, "no leader is known")
          : refuse(MembershipRejection.NOT_LEADER, known + " leads");
    }
    if (!leader.noopApplied) {
      return refuse(MembershipRejection.NO_LEADER,
          "this node was elected for term " + state.term() + " and has committed nothing in it yet");
    }
    if (leader.transfer != null) {
      return refuse(MembershipRejection.NO_LEADER, "leadership is on its way to " + leader.transfer.target);
    }
    if (state.configurationIndex() > state.commitIndex()) {
      return refuse(MembershipRejection.CHANGE_UNDER_WAY, "the change before this one stands at index "
          + state.configurationIndex() + " and is not committed; committed is " + state.commitIndex());
    }
    return switch (change) {
      case AddLearner add -> refusal(add);
      case Bind bind -> refusal(bind);
      case Promote promote -> refusal(leader, promote);
      case Remove remove -> refusal(leader, remove, remove.incarnation());
      case Replace replace -> refusal(leader, replace, replace.oldIncarnation());
      case Update update -> member(update) == null ? unknown(update) : null;
    };
  }

  private @Nullable Member member(MembershipChange change) {
    return state.configuration().member(change.id());
  }

  private MembershipRejected unknown(MembershipChange change) {
    List<NodeId> ids = state.configuration().members().stream().map(Member::id).toList();
    return refuse(MembershipRejection.UNKNOWN_MEMBER, "no member is called " + change.id() + "; members are " + ids);
  }

  private @Nullable MembershipRejected refusal(AddLearner add) {
    if (member(add) != null) {
      return refuse(MembershipRejection.ALREADY_MEMBER, add.id() + " is a member already");
    }
    int members = state.configuration().members().size();
    return members < Configuration.MEMBERS_MAX ? null
        : refuse(MembershipRejection.TOO_MANY_MEMBERS, "there are " + members + " members, and no more may be added");
  }

  private @Nullable MembershipRejected refusal(Bind bind) {
    Member member = member(bind);
    if (member == null) {
      return unknown(bind);
    }
    if (member.isReserved()) {
      return null;
    }
    return member.incarnation() == bind.incarnation()
        ? refuse(MembershipRejection.ALREADY_MEMBER, bind.id() + " is a member with this incarnation already")
        : refuse(MembershipRejection.WRONG_INCARNATION, bind.id() + " is a member with another incarnation");
  }

  /** 4.2.1: "a leader ... should only add a server when it has caught up", or an entry could wait for it for a long time. */
  private @Nullable MembershipRejected refusal(LeaderState leader, Promote promote) {
    Member member = member(promote);
    if (member == null) {
      return unknown(promote);
    }
    if (member.voter()) {
      return refuse(MembershipRejection.NOT_A_LEARNER, promote.id() + " is a voter already");
    }
    if (member.isReserved()) {
      return refuse(MembershipRejection.NOT_CAUGHT_UP, "no node has come as " + promote.id() + " yet");
    }
    Progress progress = leader.progress.get(promote.id());
    if (progress == null || !isHeard(progress)) {
      return refuse(MembershipRejection.NOT_CAUGHT_UP,
          promote.id() + " has not been heard for " + millis(state.config.electionTimeoutMinNanos()));
    }
    if (!progress.isCaughtUp(state.config.electionTimeoutMinNanos(), state.now())) {
      long lag = state.log.lastIndex() - progress.matchIndex();
      return refuse(MembershipRejection.NOT_CAUGHT_UP, promote.id() + " holds " + progress.matchIndex() + " of "
          + state.log.lastIndex() + " entries, "
          + (lag > 0 ? lag + " are missing, and it has not shown" : "and has not shown yet")
          + " that it makes up for what it lacks within " + millis(state.config.electionTimeoutMinNanos()));
    }
    return refusalOfQuorum(leader, next(promote));
  }

  /** Of a change that takes this very incarnation out. */
  private @Nullable MembershipRejected refusal(LeaderState leader, MembershipChange change, long incarnation) {
    Member member = member(change);
    if (member == null) {
      return unknown(change);
    }
    if (member.incarnation() != incarnation) {
      return refuse(MembershipRejection.WRONG_INCARNATION,
          member.isReserved() ? "no node has come as " + change.id() + " yet"
              : change.id() + " is a member with another incarnation");
    }
    if (!member.voter()) {
      return null;
    }
    return state.voters().size() == 1
        ? refuse(MembershipRejection.LAST_VOTER, change.id() + " is the only voter")
        : refusalOfQuorum(leader, next(change));
  }

  /** A change that could not be committed would stand in the way of all that follow, and of writes. */
  private @Nullable MembershipRejected refusalOfQuorum(LeaderState leader, Configuration next) {
    List<NodeId> heard = new ArrayList<>();
    List<NodeId> silent = new ArrayList<>();
    for (NodeId voter : next.voters()) {
      Progress progress = leader.progress.get(voter);
      boolean counts = voter.equals(state.self) || (progress != null && isHeard(progress));
      (counts ? heard : silent).add(voter);
    }
    return Quorum.isMajority(next.voters(), heard) ? null
        : refuse(MembershipRejection.QUORUM_AT_RISK,
            "of the " + next.voters().size() + " voters that there would be, " + heard.size()
                + " are heard, needed are "
                + Quorum.majority(next.voters().size()) + "; not heard for "
                + millis(state.config.electionTimeoutMinNanos()) + ": " + silent);
  }

  private boolean isHeard(Progress progress) {
    return progress.isHeardSince(state.now() - state.config.electionTimeoutMinNanos());
  }

  private static String millis(long nanos) {
    return nanos / 1_000_000 + " ms";
  }

  /** What the newest configuration becomes. The change must not be refused. */
  private Configuration next(MembershipChange change) {
    Configuration now = state.configuration();
    return switch (change) {
      case AddLearner add -> now.with(add.member());
      case Bind bind -> now.with(existing(bind).boundTo(bind.incarnation(), bind.peerAddress(), bind.clientAddress()));
      case Promote promote -> now.with(existing(promote).promoted());
      case Remove remove -> now.without(remove.id());
      case Replace replace -> now.with(existing(replace).replacedBy(replace.newIncarnation()));
      case Update update -> now.with(existing(update).updated(update.peerAddress(), update.clientAddress(),
          update.priority(), update.zone()));
    };
  }

  private Member existing(MembershipChange change) {
    Member member = member(change);
    if (member == null) {
      throw new IllegalStateException(change + " of no member");
    }
    return member;
  }

  /** 4.2.2: a leader that is removed leads, without counting itself, until its removal is committed. */
  void judge() {
    if (state.role instanceof LeaderState leader && leader.transfer == null && !state.isVoter()
        && state.configurationIndex() <= state.commitIndex()) {
      transfers.retire(leader);
    }
  }
}
