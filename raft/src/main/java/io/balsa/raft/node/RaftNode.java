package io.balsa.raft.node;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.core.PeerStatus;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.CheckTimers;
import io.balsa.raft.input.Compacted;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.PeerDown;
import io.balsa.raft.input.PeerUp;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.Proposal;
import io.balsa.raft.input.Propose;
import io.balsa.raft.input.Read;
import io.balsa.raft.input.Receive;
import io.balsa.raft.input.Tick;
import io.balsa.raft.input.TransferLeadership;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.RenewalSource;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.raft.port.StateMachine;
import io.balsa.raft.port.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One member of one raft group: the core, and the plumbing that feeds it and does what it asks for. It owns no thread: each stage
 * is a poll, driven by {@link NodeThreads} in production and by the simulator in tests. Proposals, reads and messages may come
 * from any thread and never block.
 *
 * <p>Follow a proposal: {@link #propose} - {@link Mailbox} - {@link #pollConsensus} - {@link GroupCommit} - RaftCore -
 * {@link ActionRunner} - {@link LogWriter} and the peers - RaftCore - {@link Applier} - its callback.
 *
 * @param <R> the result of a command
 */
public final class RaftNode<R> {
  static final String STOPPING = "this node is stopping";
  private static final long PEERS_INTERVAL_NANOS = 50_000_000L;

  private final NodeConfig config;
  private final RaftCore core;
  private final LogStore log;
  private final RenewalSource<R> renewals;
  private final Mailbox<R> mailbox;
  private final Admission proposalAdmission;
  private final Admission readAdmission;
  private final GroupCommit<R> groupCommit;
  private final LogWriter logWriter;
  private final Applier<R> applier;
  private final ActionRunner<R> runner;
  private final LogCompaction compaction;
  private volatile Consumer<Stage> signals = stage -> {
  };
  private volatile NodeStatus status;
  private volatile boolean stopping;
  private final NodeListener listener;
  private long toldChanges = -1;
  private long toldCommittedIndex = -1;
  private List<PeerStatus> peers = List.of();
  private long peersDueNanos = Long.MIN_VALUE;
  private long renewalsDueNanos = Long.MIN_VALUE;

  /**
   * @param incarnation of the data directory (I1)
   * @param log     opened; its recovered part is what this node starts from
   * @param machine opened; it has applied no more than the log holds, unless it owes a log reset (C6), and less than the log
   *                begins with only if its state was lost while the log is whole (I3)
   * @param snapshots of the machine
   * @param random  seeds the election timeouts, and gives this process the nonce that tells its read requests from those of an
   *                earlier process of this node (C3)
   * @param readers runs slow reads of the log, and all that is done with snapshots
   */
  public RaftNode(NodeConfig config, NodeId self, long incarnation, LogStore log, StateMachine<R> machine,
      SnapshotStore snapshots, Transport transport, NodeListener listener, RenewalSource<R> renewals,
      RandomGenerator random, Executor readers) {
    this.config = config;
    this.log = log;
    this.listener = listener;
    this.renewals = renewals;
    this.core = new RaftCore(self, incarnation, config.core(), log.recovered(), machine.applied(),
        machine.logResetOwed(), random.nextLong(), random);
    this.mailbox = new Mailbox<>(config.peerMessagesMax());
    this.proposalAdmission = new Admission(config.proposalsMax(), config.proposalBytesMax());
    this.readAdmission = new Admission(config.readsMax(), Long.MAX_VALUE);
    this.groupCommit = new GroupCommit<>(config.proposalHoldMaxNanos(), config.proposalHoldAbove());
    this.logWriter = new LogWriter(log, transport);
    this.applier = new Applier<>(log, machine, new ObsoleteRemoval(machine, listener, readers),
        config.applyBatchBytesMax());
    this.runner = new ActionRunner<>(log, logWriter, applier, machine, snapshots, transport, listener, readers,
        this::wake,
        this::completed);
    this.compaction = new LogCompaction(config, core, log, machine, listener, readers, () -> wake(Stage.CONSENSUS));
    this.status = currentStatus();
    mailbox.applied(machine.applied().index(), machine.nextDueNanos());
  }

  /** Who is told that a stage has something to do. Set once, before anything else is called. */
  public void setSignals(Consumer<Stage> newSignals) {
    signals = newSignals;
  }

  private void wake(Stage stage) {
    signals.accept(stage);
  }

  // ---- from any thread ----

  /** Appends a command if this node leads. A full queue and STOPPING are told at once, on the caller's thread. */
  public void propose(Bytes command, ProposalCallback<R> callback) {
    if (stopping) {
      callback.rejected(Rejection.STOPPING);
    } else if (!proposalAdmission.tryAdmit(command.size())) {
      callback.rejected(full());
    } else {
      ProposalCallback<R> releasing = proposalAdmission.releasing(command.size(), callback);
      if (mailbox.addProposal(new PendingProposal<>(command, releasing))) {
        if (!groupCommit.isHolding()) {
          wake(Stage.CONSENSUS);
        }
      } else {
        releasing.rejected(Rejection.STOPPING);
      }
    }
  }

  /** What is full with calls of an earlier leadership, still undecided, is no reason to come back here. */
  private Rejection full() {
    NodeStatus current = status;
    if (current.role() == Role.LEADER) {
      return Rejection.OVERLOADED;
    }
    return current.leader() == null ? Rejection.NO_LEADER : Rejection.NOT_LEADER;
  }

  /**
   * Asks for a linearizable read, on any node: one that does not lead asks its leader (C3). Through an election it waits for the next
   * leader, but no longer than one takes. A full queue is told at once, on the caller's thread.
   */
  public void read(ReadCallback callback) {
    read(callback, mailbox::addRead);
  }

  /**
   * The same, and rejected unless this node leads when it is taken up: whoever gets it waits here for nothing that only a leader is
   * told.
   */
  public void readLeading(ReadCallback callback) {
    read(callback, mailbox::addLeaderRead);
  }

  private void read(ReadCallback callback, Predicate<ReadCallback> queue) {
    if (!readAdmission.tryAdmit(0)) {
      callback.rejected(status.leader() == null ? Rejection.NO_LEADER : Rejection.OVERLOADED);
      return;
    }
    ReadCallback releasing = readAdmission.releasing(callback);
    if (queue.test(releasing)) {
      wake(Stage.CONSENSUS);
    } else {
      releasing.rejected(Rejection.STOPPING);
    }
  }

  /**
   * A message from a peer whose identity is checked. Dropped when the mailbox is full.
   *
   * @param incarnation what the peer has proved to be (I1)
   */
  public void receive(NodeId from, long incarnation, Message message) {
    if (mailbox.addPeerMessage(new Receive(from, incarnation, message))) {
      wake(Stage.CONSENSUS);
    }
  }

  /** The peer's connection broke and its host refused another: its process is gone (C4). */
  public void peerDown(NodeId peer) {
    mailbox.addInput(new PeerDown(peer));
    wake(Stage.CONSENSUS);
  }

  /** A connection to the peer stands. */
  public void peerUp(NodeId peer) {
    mailbox.addInput(new PeerUp(peer));
    wake(Stage.CONSENSUS);
  }

  /** A stage has done what the core asked for. There are few of these at a time, and none may be lost. */
  private void completed(Input done) {
    mailbox.addInput(done);
    wake(Stage.CONSENSUS);
  }

  /** Hands leadership to this voter; the callback tells how that ended. */
  public void transferLeadership(NodeId target, TransferCallback callback) {
    if (mailbox.addTransfer(new Mailbox.Transfer(target, callback))) {
      wake(Stage.CONSENSUS);
    } else {
      callback.ended(false, STOPPING);
    }
  }

  /**
   * Changes the membership if this node leads. Never refused for a full queue (E2): a cluster that is overloaded may need it most.
   * A loss of leadership after the change was appended is an unknown outcome: whoever leads then says what the members are.
   */
  public void changeMembership(MembershipChange change, MembershipCallback callback) {
    if (mailbox.addChange(new Mailbox.Change(change, callback))) {
      wake(Stage.CONSENSUS);
    } else {
      callback.rejected(MembershipRejection.NO_LEADER, STOPPING);
    }
  }

  /**
   * Calls back on the applier's thread right after this index is applied and before anything later is; for an index already
   * passed, soon, with the index that is applied then.
   *
   * @return gives up waiting: an index may never come. A callback that has begun is not stopped
   */
  public Runnable whenApplied(long index, LongConsumer callback) {
    Runnable giveUp = applier.whenApplied(index, callback);
    wake(Stage.APPLIER);
    return () -> {
      giveUp.run();
      wake(Stage.APPLIER);
    };
  }

  /** From now on proposals are rejected; those accepted go on. */
  public void stopProposals() {
    stopping = true;
  }

  public NodeStatus status() {
    return status;
  }

  // ---- the stages ----

  /**
   * One turn of the raft thread (C7): tick, completions and messages, timers, then proposals and reads.
   *
   * @param nanoClock monotonic time in nanoseconds
   */
  public boolean pollConsensus(LongSupplier nanoClock) {
    groupCommit.pollBegins();
    Mailbox.Letters<R> letters = mailbox.take();
    long nowNanos = nanoClock.getAsLong();
    step(new Tick(nowNanos));
    if (letters.persistedSeq > 0) {
      step(new Persisted(letters.persistedSeq));
    }
    if (letters.appliedIndex >= 0) {
      step(new Applied(letters.appliedIndex, letters.nextDueNanos));
    }
    for (Input input : letters.inputs) {
      if (Mailbox.carriesEntries(input) && isBacklogTooLong()) {
        mailbox.countDropped();
      } else {
        step(input);
      }
    }
    runner.pendingReads.applied(core.appliedIndex()); // an installed snapshot counts as applied
    Compacted compacted = compaction.poll(nowNanos);
    if (compacted != null) {
      step(compacted);
    }
    for (Mailbox.Transfer transfer : letters.transfers) {
      runner.transferring(transfer.callback());
      step(new TransferLeadership(transfer.target()));
      runner.transferAsked();
    }
    step(new CheckTimers());
    for (Mailbox.Change change : letters.changes) {
      step(new Tick(nanoClock.getAsLong()));
      runner.changing(change.callback());
      step(new ChangeMembership(change.change()));
      runner.changing(null);
    }
    propose(groupCommit.gather(letters.proposals, underWay(), nowNanos), nowNanos, nanoClock);
    read(letters);
    if (core.role() != Role.LEADER && !core.isMember()) {
      runner.pendingProposals.abandonAll(); // nobody tells this node what became of them
    }
    lookAtPeers(nowNanos);
    status = currentStatus();
    return !letters.inputs.isEmpty() || !letters.proposals.isEmpty() || !letters.reads.isEmpty()
        || !letters.leaderReads.isEmpty();
  }

  /** How long the raft thread may sleep at most until it has to look at what it holds. Raft thread only. */
  long consensusDueNanos(long nowNanos) {
    return groupCommit.nanosLeft(nowNanos);
  }

  /** Entries that proposals may wait for. Whoever does not lead, or stops, has nothing to wait for. */
  private long underWay() {
    return stopping || core.role() != Role.LEADER ? 0 : core.lastLogId().index() - core.commitIndex();
  }

  private void read(Mailbox.Letters<R> letters) {
    List<ReadCallback> reads = letters.reads;
    if (core.role() == Role.LEADER) {
      reads.addAll(letters.leaderReads);
    } else {
      Rejection why = core.leader() == null ? Rejection.NO_LEADER : Rejection.NOT_LEADER;
      letters.leaderReads.forEach(read -> read.rejected(why));
    }
    if (!reads.isEmpty()) {
      step(new Read(runner.pendingReads.add(reads)));
    }
    Rejection refusal = core.readRefusal();
    if (refusal != null) {
      runner.pendingReads.rejectWaiting(refusal);
    }
  }

  private void lookAtPeers(long nowNanos) {
    if (core.role() != Role.LEADER) {
      peers = List.of();
      peersDueNanos = nowNanos;
    } else if (nowNanos >= peersDueNanos) {
      peers = core.peers();
      peersDueNanos = nowNanos + PEERS_INTERVAL_NANOS;
    }
  }

  private void step(Input input) {
    List<Action> actions = core.step(input);
    tellMembership();
    if (!actions.isEmpty()) {
      runner.run(actions, core.appliedIndex());
    }
  }

  /** Before the messages of this step go out: there may be a link to be made first. */
  private void tellMembership() {
    long committedIndex = core.committedConfigurationIndex();
    if (core.configurationChanges() != toldChanges || committedIndex != toldCommittedIndex) {
      toldChanges = core.configurationChanges();
      toldCommittedIndex = committedIndex;
      listener.membershipChanged(core.configuration(), core.committedConfiguration(), committedIndex);
    }
  }

  /** E2: never for uncommitted entries alone, for the entry that commits them may be next. */
  private boolean isBacklogTooLong() {
    return core.unpersistedBytes() > config.followerBacklogMax() || core.unappliedBytes() > config.followerBacklogMax();
  }

  /** Renewals go before a Clock entry, so that none that has arrived is overtaken by the expiry (T4); then what clients ask. */
  private void propose(List<PendingProposal<R>> fromClients, long nowNanos, LongSupplier nanoClock) {
    boolean clockDue = runner.takeClockDue();
    List<Proposal> proposals = new ArrayList<>(fromClients.size() + 2);
    List<@Nullable ProposalCallback<R>> callbacks = new ArrayList<>(fromClients.size() + 2);
    boolean renewalsDue = core.role() == Role.LEADER && nowNanos >= renewalsDueNanos;
    if (renewalsDue || clockDue) {
      renewalsDueNanos = nowNanos + config.renewalIntervalNanos();
      PendingProposal<R> renewal = renewals.take();
      if (renewal != null) {
        add(renewal, proposals, callbacks);
      }
    }
    if (clockDue) {
      proposals.add(new Proposal(EntryType.CLOCK, Bytes.EMPTY));
      callbacks.add(null);
    }
    for (PendingProposal<R> proposal : fromClients) {
      add(proposal, proposals, callbacks);
    }
    if (!proposals.isEmpty()) {
      // No entry is stamped with a time before it was asked for, or a lease would end before its holder expects it (T2, K1).
      step(new Tick(nanoClock.getAsLong()));
      runner.proposing(callbacks);
      step(new Propose(proposals));
      runner.proposing(List.of());
    }
  }

  private static <R> void add(PendingProposal<R> proposal, List<Proposal> proposals,
      List<@Nullable ProposalCallback<R>> callbacks) {
    proposals.add(new Proposal(EntryType.COMMAND, proposal.payload()));
    callbacks.add(proposal.callback());
  }

  /** One turn of the log writer's thread. */
  public boolean pollLogWriter() throws IOException {
    long durable = logWriter.persist();
    if (durable == LogStore.NOTHING) {
      return false;
    }
    mailbox.persisted(durable);
    logWriter.release(durable);
    wake(Stage.CONSENSUS);
    return true;
  }

  /** One turn of the applier's thread. */
  public boolean pollApplier() throws IOException {
    long before = applier.appliedByEntries();
    boolean worked = applier.poll();
    if (applier.appliedByEntries() > before) {
      mailbox.applied(applier.appliedByEntries(), applier.nextDueNanos());
      wake(Stage.CONSENSUS);
    }
    return worked;
  }

  /** One turn of the maintenance thread. */
  public boolean pollMaintenance() throws IOException {
    return log.maintain();
  }

  /** After the last poll: tells everybody who still waits that this node cannot say. Whoever comes later is told at once. */
  public void abandonAll() {
    stopping = true;
    Mailbox.Letters<R> letters = mailbox.close();
    groupCommit.takeAll().forEach(proposal -> proposal.callback().rejected(Rejection.STOPPING));
    letters.proposals.forEach(proposal -> proposal.callback().rejected(Rejection.STOPPING));
    letters.reads.forEach(read -> read.rejected(Rejection.STOPPING));
    letters.leaderReads.forEach(read -> read.rejected(Rejection.STOPPING));
    letters.transfers.forEach(transfer -> transfer.callback().ended(false, STOPPING));
    letters.changes.forEach(change -> change.callback().rejected(MembershipRejection.NO_LEADER, STOPPING));
    runner.abandonAll();
  }

  private NodeStatus currentStatus() {
    return new NodeStatus(core.role(), core.term(), core.leader(), core.isReadyToServe(), core.commitIndex(),
        core.appliedIndex(), core.firstIndex(), core.lastLogId().index(), core.configuration(),
        core.committedConfiguration(), core.committedConfigurationIndex(), peers, core.clusterTimeNanos(),
        mailbox.droppedMessages(), core.clockCutNanos());
  }
}
