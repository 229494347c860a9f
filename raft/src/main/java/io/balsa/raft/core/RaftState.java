package io.balsa.raft.core;

import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.ForgetLogReset;
import io.balsa.raft.action.ResetLog;
import io.balsa.raft.action.SaveHardState;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.Truncate;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.port.RecoveredLog;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the parts of the core share: the persistent state of the paper, the log, the clock, the actions of this step. */
final class RaftState {
  /** With what every acknowledgement asks for: its voters, and whether this very incarnation is one of them (I1). */
  private record ConfigurationAt(long index, Configuration configuration, List<NodeId> voters, boolean selfVotes) {
  }

  final NodeId self;
  private final long incarnation;
  final RaftConfig config;
  final RandomGenerator random;
  final CoreClock clock;
  final LogIndex log;
  final Syncs syncs;
  final Outbox out = new Outbox();
  /** Peers whose process is known to be gone (C4). */
  final TreeSet<NodeId> downPeers = new TreeSet<>();

  private long term;
  private @Nullable NodeId votedFor;
  /** The very one that the vote was given to; null also if that was before this process began. */
  private @Nullable Peer votedForPeer;
  private long commitIndex;
  private long appliedIndex;
  private long applyAskedFor;
  private long lastStampNanos;
  /** The cluster time at which something may expire; Long.MAX_VALUE: nothing can (T4). */
  long nextDueNanos = Long.MAX_VALUE;
  /** The newest configuration last. It counts from append and reverts on truncation (I5). */
  private final ArrayDeque<ConfigurationAt> configurations = new ArrayDeque<>();
  private long configurationChanges;

  /** A transfer that an operator waits for and in which this node stopped leading: it ends when it is known who leads. */
  LeaderState.@Nullable Transfer handedOver;

  /** A snapshot is taking the place of the state, and of the log perhaps (C6): meanwhile nothing is appended or applied. */
  @Nullable
  Install install;

  RoleState role;
  /** Why the role last changed, for people. */
  String reason = "started";

  RaftState(NodeId self, long incarnation, RaftConfig config, RecoveredLog recovered, LogId applied,
      @Nullable LogStart resetOwed,
      RandomGenerator random) {
    this.self = self;
    this.incarnation = incarnation;
    this.config = config;
    this.random = random;
    this.clock = new CoreClock(config.clockStepMaxNanos());
    this.log = recovered.index();
    this.syncs = new Syncs(log.lastIndex());
    this.term = recovered.hardState().term();
    this.votedFor = recovered.hardState().votedFor();
    this.lastStampNanos = recovered.lastStampNanos();
    for (RecoveredLog.ConfigurationAt found : recovered.configurations()) {
      this.configurations.add(at(found.index(), found.configuration()));
    }
    if (resetOwed != null) {
      resumeReset(resetOwed);
    }
    // The state may have been lost, and end before the log begins (I3); it can hold nothing that the log does not, or did.
    Check.that(applied.index() < log.base().index() || log.matches(applied),
        "the state has applied %s, the log holds (%s, %s]", applied, log.base(), log.last());
    Check.that(log.lastTerm() <= term, "the log ends in term %d, the hard state says %d", log.lastTerm(), term);
    this.appliedIndex = applied.index();
    this.applyAskedFor = appliedIndex;
    this.commitIndex = Math.max(appliedIndex, log.base().index());
    this.role = new FollowerState(null, clock.now(), clock.now() + randomElectionTimeoutNanos());
  }

  /** The process before this one installed a snapshot and did not come to say that the log is reset (C6). */
  private void resumeReset(LogStart owed) {
    Install resumed = new Install(owed, true);
    install = resumed;
    if (log.matches(owed.id())) {
      resumed.stage = Install.Stage.FORGETTING; // the reset is on the disk; only this was not said yet
      out.add(new ForgetLogReset());
    } else {
      resetLog(resumed);
    }
  }

  /** The log begins behind what was installed; the sync that ends this step makes it so on disk (C1, C6). */
  private void resetLog(Install installed) {
    LogStart start = installed.start;
    Check.that(start.id().index() > commitIndex, "log reset to %s, committed is %d", start.id(), commitIndex);
    log.reset(start.id());
    syncs.truncated(start.id().index() + 1);
    Configuration before = configuration();
    configurations.clear();
    configurations.add(at(start.id().index(), start.configuration()));
    configurationChanged(before);
    lastStampNanos = start.stampNanos();
    installed.stage = Install.Stage.RESETTING;
    installed.resetSeq = syncs.nextSeq();
    out.add(new ResetLog(start));
  }

  /** The state is what the snapshot holds. */
  void installed(Install installed) {
    if (installed.resetLog) {
      resetLog(installed);
    }
    appliedIndex = installed.start.id().index();
    applyAskedFor = appliedIndex;
    commitIndex = Math.max(commitIndex, appliedIndex);
  }

  /** The log let go of everything up to here: what is left of the configurations is the one in force there, and later ones. */
  void compacted(LogId base) {
    Check.that(install == null && base.index() <= appliedIndex, "log compacted to %s, applied is %d", base,
        appliedIndex);
    log.compactTo(base.index());
    Check.that(log.base().equals(base), "log compacted to %s, which is %s", base, log.base());
    ConfigurationAt inForce = configurations.getFirst();
    while (!configurations.isEmpty() && configurations.getFirst().index() <= base.index()) {
      inForce = configurations.removeFirst();
    }
    configurations.addFirst(at(Math.min(inForce.index(), base.index()), inForce.configuration()));
  }

  /** Whether entries are missing between the state and the log: a state that was lost, which only a snapshot brings back (I3). */
  boolean isStateLost() {
    return appliedIndex < log.base().index();
  }

  /** What a leader is told: the least index that a snapshot must hold to be of use here; 0: none is needed. */
  long snapshotNeeded() {
    return isStateLost() && install == null ? log.base().index() : 0;
  }

  long now() {
    return clock.now();
  }

  long term() {
    return term;
  }

  @Nullable
  NodeId votedFor() {
    return votedFor;
  }

  /** Whether this process gave its vote in this term to this very incarnation. */
  boolean hasVotedFor(Peer candidate) {
    return candidate.equals(votedForPeer);
  }

  /** Whether a process before this one gave the vote of this term to an incarnation of this id: it is not written which. */
  boolean mayHaveVotedFor(Peer candidate) {
    return votedForPeer == null && candidate.id().equals(votedFor);
  }

  long commitIndex() {
    return commitIndex;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  long lastStampNanos() {
    return lastStampNanos;
  }

  Configuration configuration() {
    return configurations.getLast().configuration();
  }

  long configurationIndex() {
    return configurations.getLast().index();
  }

  /** The newest one that is known to be committed; what stands before the log always is. */
  Configuration committedConfiguration() {
    return newestCommitted().configuration();
  }

  long committedConfigurationIndex() {
    return newestCommitted().index();
  }

  private ConfigurationAt newestCommitted() {
    ConfigurationAt newest = configurations.getFirst();
    for (ConfigurationAt each : configurations) {
      if (each.index() <= commitIndex) {
        newest = each;
      }
    }
    return newest;
  }

  List<NodeId> voters() {
    return configurations.getLast().voters();
  }

  /** Whether the newest configuration counts this very incarnation (I1). */
  boolean isVoter() {
    return configurations.getLast().selfVotes();
  }

  /** Whether the newest configuration, or the newest that is known to be committed, counts this node. */
  boolean isElectable() {
    return isVoter() || newestCommitted().selfVotes();
  }

  /** Whether one of both names this node. */
  boolean isMember() {
    return configuration().binds(self, incarnation) || committedConfiguration().binds(self, incarnation);
  }

  private ConfigurationAt at(long index, Configuration configuration) {
    return new ConfigurationAt(index, configuration, configuration.voters(),
        configuration.isVoter(self) && configuration.binds(self, incarnation));
  }

  /** All voters but this node. */
  List<Peer> otherVoters() {
    return peers().stream().filter(Member::voter).map(Peer::of).toList();
  }

  /** All members but this node that somebody has come with. */
  List<Member> peers() {
    return configuration().members().stream().filter(member -> !member.isReserved() && !member.id().equals(self))
        .toList();
  }

  long randomElectionTimeoutNanos() {
    return random.nextLong(config.electionTimeoutMinNanos(), config.electionTimeoutMaxNanos());
  }

  /** @param vote this node, or null */
  void enterTerm(long newTerm, @Nullable NodeId vote) {
    Check.that(newTerm > term, "term %d after %d", newTerm, term);
    term = newTerm;
    votedFor = vote;
    votedForPeer = vote == null ? null : new Peer(vote, incarnation);
    out.add(new SaveHardState(new HardState(term, votedFor)));
  }

  void voteFor(Peer candidate) {
    Check.that(votedFor == null, "second vote in term %d, for %s after %s", term, candidate, String.valueOf(votedFor));
    votedFor = candidate.id();
    votedForPeer = candidate;
    out.add(new SaveHardState(new HardState(term, votedFor)));
  }

  /** Appends entries that follow the log's last one. */
  void append(List<Entry> entries) {
    for (Entry entry : entries) {
      Check.that(entry.stampNanos() >= lastStampNanos, "stamp %d of %s is before %d", entry.stampNanos(), entry.id(),
          lastStampNanos);
      Check.that(entry.term() <= term, "entry %s in term %d", entry.id(), term);
      log.append(entry.term(), entry.index(), entry.sizeBytes());
      lastStampNanos = entry.stampNanos();
      if (entry.type() == EntryType.CONFIGURATION) {
        Configuration before = configuration();
        configurations.addLast(at(entry.index(), Configuration.decode(entry.payload())));
        configurationChanged(before);
      }
    }
    out.add(new Append(entries));
  }

  /** What is known of the process of one incarnation says nothing of another. */
  private void configurationChanged(Configuration before) {
    configurationChanges++;
    downPeers.removeIf(id -> {
      Member was = before.member(id);
      return was == null || !configuration().binds(id, was.incarnation());
    });
  }

  /** How often the newest configuration became another. */
  long configurationChanges() {
    return configurationChanges;
  }

  /** Drops a suffix that conflicts with the leader's log; entries of the leader follow at once, with a stamp of their own. */
  void truncate(long fromIndex, long stampBeforeNanos) {
    Check.that(fromIndex > commitIndex, "truncation from %d, committed is %d", fromIndex, commitIndex);
    log.truncateFrom(fromIndex);
    syncs.truncated(fromIndex);
    Configuration before = configuration();
    while (configurations.getLast().index() >= fromIndex) {
      configurations.removeLast();
      Check.that(!configurations.isEmpty(), "truncation from %d removes every known configuration", fromIndex);
    }
    configurationChanged(before);
    lastStampNanos = Math.min(lastStampNanos, stampBeforeNanos);
    out.add(new Truncate(fromIndex));
  }

  /** Learns that everything up to here is committed. */
  void commitTo(long index) {
    if (index > commitIndex) {
      Check.that(index <= log.lastIndex(), "commit index %d beyond the log's end %d", index, log.lastIndex());
      commitIndex = index;
    }
    applyWhatIsReady();
  }

  /** Committed, and durable here: to be applied. */
  void applyWhatIsReady() {
    if (install != null || isStateLost()) {
      return;
    }
    long ready = Math.min(commitIndex, syncs.persistedIndex());
    if (ready > applyAskedFor) {
      applyAskedFor = ready;
      out.add(new Apply(ready));
    }
  }

  void applied(long index) {
    Check.that(index >= appliedIndex && index <= applyAskedFor, "applied %d, asked for %d, before %d", index,
        applyAskedFor, appliedIndex);
    appliedIndex = index;
  }

  /** Sends what depends on nothing but the current term; it leaves at once if that is durable. */
  void reply(Peer to, Message message) {
    Send send = new Send(to.id(), to.incarnation(), message);
    if (syncs.isHardStateDurable() && !out.isHardStateBuffered()) {
      out.add(send);
    } else {
      out.addAfterSync(send);
    }
  }

  /**
   * Sends what depends on nothing but the current term, and only if that is durable or is made so by this very step. Otherwise
   * a disk that stands still would gather answers by the thousand, and all would come too late.
   */
  void replyUnlessLate(Peer to, Message message) {
    if (mayReply()) {
      reply(to, message);
    }
  }

  /** Whether what depends on the current term leaves now, or with the sync that ends this step. */
  boolean mayReply() {
    return syncs.isHardStateDurable() || out.isHardStateBuffered();
  }

  /** Sends what depends on everything buffered so far. */
  void replyAfterSync(Peer to, Message message) {
    out.addAfterSync(new Send(to.id(), to.incarnation(), message));
  }

  /**
   * Pointer order: base &lt;= applied &lt;= min(commit, persisted) &lt;= last. A lost state is before the base; one that was just
   * installed is there before the log that begins behind it is durable. Runs after every step.
   */
  void check() {
    long persisted = syncs.persistedIndex();
    if (log.base().index() > commitIndex || appliedIndex > commitIndex
        || (install == null && appliedIndex > persisted)
        || Math.max(commitIndex, persisted) > log.lastIndex() || log.lastTerm() > term) {
      throw new Check.InvariantViolation("pointer order is broken: base " + log.base() + " applied " + appliedIndex
          + " commit " + commitIndex + " persisted " + persisted + " last " + log.last() + " term " + term);
    }
  }
}
