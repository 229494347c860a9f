package io.balsa.raft.core;

import io.balsa.raft.action.Action;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.input.Compacted;
import io.balsa.raft.input.LogResetForgotten;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.ReceivedRefused;
import io.balsa.raft.input.SnapshotChecked;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.CheckTimers;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.PeerDown;
import io.balsa.raft.input.PeerUp;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.Propose;
import io.balsa.raft.input.Read;
import io.balsa.raft.input.Receive;
import io.balsa.raft.input.Tick;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.LostEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotRefused;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.port.RecoveredLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Raft as a pure, deterministic state machine: an input goes in, an ordered list of actions comes out. It has no thread, clock,
 * file, socket or random source of its own; the same inputs give the same actions. Not thread-safe.
 *
 * <p>After every step its invariants are checked; a broken one throws {@link Check.InvariantViolation}, and the node stops.
 */
public final class RaftCore {
  private final RaftState state;
  private final Elections elections;
  private final Following following;
  private final Replication replication;
  private final Leading leading;
  private final Transfers transfers;
  private final Roles roles;
  private final SnapshotTransfers snapshots;
  private final Installing installing;
  private final FollowerReads reads;
  private final Membership membership;

  private Role lastRole;
  private long lastTerm;
  private @Nullable NodeId lastLeader;

  /**
   * @param incarnation  of this node's data directory: a member of the same id and another incarnation is another node (I1)
   * @param recovered    what the log held when it was opened; its index belongs to the core from now on
   * @param applied      what the state machine had applied when it was opened
   * @param resetOwed    what it says of a log reset that it does not know to be done (C6); null: nothing
   * @param boot         a nonce: no other process of this node has the same (C3)
   * @param random       the source of election timeouts; seeded by the caller
   */
  public RaftCore(NodeId self, long incarnation, RaftConfig config, RecoveredLog recovered, LogId applied,
      @Nullable LogStart resetOwed, long boot, RandomGenerator random) {
    this.state = new RaftState(self, incarnation, config, recovered, applied, resetOwed, random);
    this.roles = new Roles(state);
    this.snapshots = new SnapshotTransfers(state);
    this.replication = new Replication(state, snapshots);
    this.transfers = new Transfers(state, roles);
    this.elections = new Elections(state, roles, replication);
    this.following = new Following(state, roles);
    this.installing = new Installing(state, roles, following);
    this.leading = new Leading(state, roles, replication, transfers, snapshots);
    this.reads = new FollowerReads(state, following, leading, installing, boot);
    this.membership = new Membership(state, replication, transfers);
    this.lastRole = role();
    this.lastTerm = term();
  }

  /** One step. The actions are to be executed in their order, and before the next step. */
  public List<Action> step(Input input) {
    long termBefore = state.term();
    long commitBefore = state.commitIndex();
    switch (input) {
      case Tick tick -> tick(tick.nowNanos());
      case CheckTimers ignored -> checkTimers();
      case Receive receive -> receive(new Peer(receive.from(), receive.incarnation()), receive.message());
      case Propose propose -> replication.onPropose(propose.proposals());
      case Read read -> reads.onRead(read.contexts());
      case Persisted persisted -> persisted(persisted.seq());
      case Applied applied -> applied(applied.index(), applied.nextDueNanos());
      case PeerDown down -> elections.onPeerDown(down.peer());
      case PeerUp up -> elections.onPeerUp(up.peer());
      case TransferLeadership transfer -> transfers.onTransferLeadership(transfer.target());
      case SnapshotOpened opened -> snapshots.opened(opened.transfer(), opened.snapshot());
      case SnapshotChecked checked -> snapshots.checked(checked.transfer());
      case ChunkStored stored -> installing.onChunkStored(stored.reception(), stored.nextOffset(), stored.whole());
      case ReceivedRefused refused -> installing.onReceivedRefused(refused.reception());
      case Installed installed -> installing.onInstalled(installed.nextDueNanos());
      case LogResetForgotten ignored -> installing.onLogResetForgotten();
      case ChangeMembership change -> membership.onChange(change.change());
      case Compacted compacted -> state.compacted(compacted.base());
    }
    membership.judge();
    installing.judge();
    reads.judge();
    transfers.judge(leader());
    tellRoleChange();
    List<Action> actions = state.out.take(state.syncs, state.log.lastIndex(), state.now());
    state.check();
    Check.that(state.term() >= termBefore && state.commitIndex() >= commitBefore, "term or commit index fell");
    return actions;
  }

  private void tick(long nowNanos) {
    long growth = state.clock.tick(nowNanos);
    if (state.role instanceof LeaderState leader) {
      leading.tick(leader, growth);
    }
  }

  private void checkTimers() {
    if (state.role instanceof LeaderState leader) {
      leading.checkTimers(leader);
    } else {
      transfers.checkHandedOver();
      elections.checkTimers();
      reads.checkTimers();
    }
  }

  private void persisted(long seq) {
    state.syncs.persisted(seq);
    elections.persisted();
    replication.persisted();
    installing.persisted();
  }

  private void applied(long index, long nextDueNanos) {
    state.applied(index);
    state.nextDueNanos = nextDueNanos;
    if (state.role instanceof LeaderState leader) {
      leading.applied(leader, index);
    }
  }

  /** The term gate: from here on, every message but a PreVote and its reply is of this node's term. */
  private void receive(Peer from, Message message) {
    if (isReply(message) && !state.configuration().binds(from.id(), from.incarnation())) {
      return; // I1: whoever answers for a member must be that member; a late word of a removed incarnation is no vote of the next
    }
    if (message instanceof PreVote request) {
      elections.onPreVote(from, request);
      return;
    }
    if (message instanceof PreVoteReply reply && reply.granted()) {
      elections.onPreVoteReply(from, reply);
      return;
    }
    if (message instanceof LostEntries lost) {
      throw new ForgetfulDiskException("the disk of this node does not keep what it confirms: " + from
          + " led term " + lost.term() + ", in which this node had acknowledged entry " + lost.matchIndex()
          + " and later did not hold it any more");
    }
    if (message.term() < state.term()) {
      answerStale(from, message);
      return;
    }
    if (message.term() > state.term()) {
      if (message instanceof RequestVote request && elections.ignores(request)) {
        return;
      }
      boolean fromLeader = message instanceof AppendEntries || message instanceof Heartbeat
          || message instanceof TimeoutNow || message instanceof InstallSnapshot;
      roles.becomeFollowerInTerm(message.term(), fromLeader ? from : null,
          "heard of term " + message.term() + " from " + from);
    }
    switch (message) {
      case RequestVote request -> elections.onRequestVote(from, request);
      case RequestVoteReply reply -> elections.onRequestVoteReply(from, reply);
      case PreVoteReply reply -> elections.onPreVoteReply(from, reply);
      case AppendEntries request -> following.onAppendEntries(from, request);
      case Heartbeat heartbeat -> following.onHeartbeat(from, heartbeat);
      case TimeoutNow request -> elections.onTimeoutNow(from, request);
      case AppendEntriesAccepted reply -> {
        if (state.role instanceof LeaderState leader) {
          replication.onAccepted(leader, from.id(), reply);
          transfers.remind(leader);
        }
      }
      case AppendEntriesRejected reply -> {
        if (state.role instanceof LeaderState leader) {
          replication.onRejected(leader, from.id(), reply);
        }
      }
      case HeartbeatReply reply -> {
        if (state.role instanceof LeaderState leader) {
          leading.onHeartbeatReply(leader, from.id(), reply);
        }
      }
      case InstallSnapshot request -> installing.onInstallSnapshot(from, request);
      case InstallSnapshotReply reply -> {
        if (state.role instanceof LeaderState leader) {
          replication.onInstallSnapshotReply(leader, from.id(), reply);
        }
      }
      case SnapshotRefused reply -> {
        if (state.role instanceof LeaderState leader) {
          replication.onSnapshotRefused(leader, from.id(), reply);
        }
      }
      case ReadIndex request -> {
        if (state.role instanceof LeaderState leader) {
          leading.onReadIndex(leader, from, request);
        }
      }
      case ReadIndexReply reply -> reads.onReply(from, reply);
      case PreVote ignored -> throw new IllegalStateException("PreVote passed the term gate");
      case LostEntries ignored -> throw new IllegalStateException("LostEntries passed the term gate");
    }
  }

  private static boolean isReply(Message message) {
    return switch (message) {
      case PreVoteReply ignored -> true;
      case RequestVoteReply ignored -> true;
      case AppendEntriesAccepted ignored -> true;
      case AppendEntriesRejected ignored -> true;
      case HeartbeatReply ignored -> true;
      case InstallSnapshotReply ignored -> true;
      case SnapshotRefused ignored -> true;
      case PreVote ignored -> false;
      case RequestVote ignored -> false;
      case AppendEntries ignored -> false;
      case Heartbeat ignored -> false;
      case TimeoutNow ignored -> false;
      case InstallSnapshot ignored -> false;
      case LostEntries ignored -> false;
      case ReadIndex ignored -> false;
      case ReadIndexReply ignored -> false; // judged by whom it follows
    };
  }

  /**
   * Whoever speaks in an old term learns the new one; old replies prove nothing. By then the sender may lead this very term, and
   * what it reads must say nothing of the round or the entries that it sent in that old one: a round of this term that has the
   * same number would be confirmed before it is sent (C3).
   */
  private void answerStale(Peer from, Message message) {
    switch (message) {
      case RequestVote ignored -> state.reply(from, new RequestVoteReply(state.term(), state.hasVotedFor(from)));
      case AppendEntries ignored -> state.reply(from, new AppendEntriesRejected(state.term(), 0, LogId.ZERO));
      case Heartbeat ignored -> state.reply(from,
          new HeartbeatReply(state.term(), HeartbeatReply.NO_ROUND, state.log.lastIndex()));
      case PreVote ignored -> {
      }
      case PreVoteReply ignored -> {
      }
      case RequestVoteReply ignored -> {
      }
      case AppendEntriesAccepted ignored -> {
      }
      case AppendEntriesRejected ignored -> {
      }
      case HeartbeatReply ignored -> {
      }
      case TimeoutNow ignored -> {
      }
      case InstallSnapshot install -> state.reply(from,
          new InstallSnapshotReply(state.term(), install.snapshot().id(), 0, false));
      case InstallSnapshotReply ignored -> {
      }
      case SnapshotRefused ignored -> {
      }
      case ReadIndex ignored -> {
      }
      case ReadIndexReply ignored -> {
      }
      case LostEntries ignored -> {
      }
    }
  }

  private void tellRoleChange() {
    Role role = role();
    NodeId leader = leader();
    if (role != lastRole || state.term() != lastTerm || !Objects.equals(leader, lastLeader)) {
      lastRole = role;
      lastTerm = state.term();
      lastLeader = leader;
      state.out.add(new RoleChanged(role, state.term(), leader, state.reason));
    }
  }

  public Role role() {
    return switch (state.role) {
      case LeaderState leader -> Role.LEADER;
      case CandidateState candidate -> candidate.preVote ? Role.PRE_CANDIDATE : Role.CANDIDATE;
      case FollowerState follower -> state.isVoter() ? Role.FOLLOWER : Role.LEARNER;
    };
  }

  /** The leader of this term as far as this node knows. */
  public @Nullable NodeId leader() {
    return switch (state.role) {
      case LeaderState leader -> state.self;
      case FollowerState follower -> follower.leader == null ? null : follower.leader.id();
      case CandidateState candidate -> null;
    };
  }

  /** Whether this node leads and has applied the no-op of its term: before that it serves nothing (I5). */
  public boolean isReadyToServe() {
    return state.role instanceof LeaderState leader && leader.noopApplied;
  }

  public long term() {
    return state.term();
  }

  public HardState hardState() {
    return new HardState(state.term(), state.votedFor());
  }

  public long commitIndex() {
    return state.commitIndex();
  }

  public long appliedIndex() {
    return state.appliedIndex();
  }

  public long persistedIndex() {
    return state.syncs.persistedIndex();
  }

  public LogId lastLogId() {
    return state.log.last();
  }

  /** Bytes in the log that are not durable yet. */
  public long unpersistedBytes() {
    return bytesAfter(state.syncs.persistedIndex(), state.log.lastIndex());
  }

  /** Bytes in the log that are committed and not applied yet. */
  public long unappliedBytes() {
    return bytesAfter(state.appliedIndex(), state.commitIndex());
  }

  private long bytesAfter(long index, long last) {
    return state.log.bytes(Math.max(index, state.log.base().index()) + 1, last);
  }

  /** The last index that the log can do without when its newest entries are kept, these many or of these bytes, whichever is less. */
  public long lastIndexBeforeNewest(int entries, long bytes) {
    return state.log.firstIndexWithin(bytes, entries) - 1;
  }

  /** The log keeps what follows this index, for snapshots that are being sent (L5). */
  public long snapshotsKeepAfter() {
    return snapshots.keepAfter();
  }

  /** Whether a snapshot is taking the place of the state: nothing is appended or applied meanwhile. */
  public boolean isInstalling() {
    return state.install != null;
  }

  /** Whether the state was lost and only a snapshot from a leader brings it back (I3). */
  public boolean isStateLost() {
    return state.isStateLost();
  }

  /** Why this node, which does not lead, will serve no read soon; null: it may. */
  public @Nullable Rejection readRefusal() {
    return reads.refusal();
  }

  public long firstIndex() {
    return state.log.firstIndex();
  }

  /** The configuration in force: the newest in the log, committed or not. */
  public Configuration configuration() {
    return state.configuration();
  }

  /** The newest configuration that is known to be committed. */
  public Configuration committedConfiguration() {
    return state.committedConfiguration();
  }

  /** Of its entry; or a later one at which it was in force, for one that the log begins behind. */
  public long committedConfigurationIndex() {
    return state.committedConfigurationIndex();
  }

  /** Of a leader: how the others are; of anyone else empty. */
  public List<PeerStatus> peers() {
    if (!(state.role instanceof LeaderState leader)) {
      return List.of();
    }
    List<PeerStatus> peers = new ArrayList<>();
    leader.progress.values().forEach(peer -> peers.add(new PeerStatus(peer.id, peer.matchIndex(),
        peer.everHeard() ? state.now() - peer.lastContactNanos() : Long.MAX_VALUE,
        peer.isCaughtUp(state.config.electionTimeoutMinNanos(), state.now()), peer.transfer != null, false)));
    leader.forgetful.forEach((id, forgetful) -> peers
        .add(new PeerStatus(id, forgetful.lastIndex(), Long.MAX_VALUE, false, false, true)));
    return peers;
  }

  /** Whether the newest configuration, or the newest that is known to be committed, binds this node's id to its incarnation. */
  public boolean isMember() {
    return state.isMember();
  }

  /** Grows whenever another configuration is in force here. */
  public long configurationChanges() {
    return state.configurationChanges();
  }

  /** Time that T3's cap has cut off since the start. In nanoseconds. */
  public long clockCutNanos() {
    return state.clock.cut();
  }

  /** Of a leader: what the next entry would be stamped with; otherwise the stamp of the last entry. In nanoseconds. */
  public long clusterTimeNanos() {
    return state.role instanceof LeaderState leader ? leader.clusterTimeNanos : state.lastStampNanos();
  }
}
