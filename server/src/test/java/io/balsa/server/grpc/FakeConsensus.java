package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.raft.node.PendingProposal;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.ReadCallback;
import io.balsa.raft.node.TransferCallback;
import io.balsa.server.watch.WatchHub;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.StateReads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A group of one whose proposals are committed when the test says so; what is applied is applied to the real state machine. */
final class FakeConsensus implements Consensus {
  static final long WATCH_BEHIND_NANOS_MAX = 4_500_000_000L;
  static final NodeId SELF = new NodeId("n1");
  static final NodeId OTHER = new NodeId("n2");
  private static final Configuration MEMBERS = new Configuration(
      List.of(new Member(SELF, 1, true, "p1", "c1"), new Member(OTHER, 2, true, "p2", "c2")));

  private final KvStateMachine machine;
  final ArrayDeque<PendingProposal<Result>> proposed = new ArrayDeque<>();
  final List<ReadCallback> reads = new ArrayList<>();
  /** Of {@link #whenApplied}, for indexes that have not come. */
  final List<LongConsumer> waitingForIndex = new ArrayList<>();
  @Nullable
  Rejection rejectProposals;
  @Nullable
  Rejection rejectReads;
  boolean answerReadsAtOnce = true;
  final List<MembershipChange> changes = new ArrayList<>();
  /** What becomes of a change. */
  Consumer<MembershipCallback> changed = callback -> callback.applied(MEMBERS, 7);
  NodeId leader = SELF;
  /** Of the monotonic clock that staleness is measured by (R1); where it begins means nothing. */
  long nanos = Long.MAX_VALUE - 1_000_000_000L;
  final FreshReads fresh;
  private long stampNanos = 1;

  FakeConsensus() throws Exception {
    machine = KvStateMachine.open(new MemoryStore());
    fresh = new FreshReads(SELF, this, machine.reads(), () -> nanos);
  }

  StateReads state() {
    return machine.reads();
  }

  WatchHub watches(Executor readers) {
    return new WatchHub(machine.reads(), readers, () -> nanos, this::read, WATCH_BEHIND_NANOS_MAX);
  }

  @Override
  public void propose(Bytes command, ProposalCallback<Result> callback) {
    if (rejectProposals != null) {
      callback.rejected(rejectProposals);
    } else {
      proposed.add(new PendingProposal<>(command, callback));
    }
  }

  /** Commits and applies everything proposed, as one batch. */
  void applyAll() throws Exception {
    apply(proposed.size());
  }

  void apply(int count) throws Exception {
    List<PendingProposal<Result>> batch = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    long index = machine.applied().index();
    for (int i = 0; i < count; i++) {
      PendingProposal<Result> proposal = proposed.remove();
      batch.add(proposal);
      entries.add(new Entry(EntryType.COMMAND, 1, ++index, stampNanos, proposal.payload()));
    }
    List<@Nullable Result> results = new ArrayList<>();
    while (results.size() < entries.size()) {
      results.addAll(machine.apply(entries.subList(results.size(), entries.size())));
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).callback().applied(new LogId(1, entries.get(i).index()), results.get(i));
    }
  }

  /** One command, at once. */
  Result apply(Bytes command) throws Exception {
    Result[] result = new Result[1];
    ArrayDeque<PendingProposal<Result>> waiting = new ArrayDeque<>(proposed);
    proposed.clear();
    propose(command, new ProposalCallback<>() {
      @Override
      public void applied(LogId id, Result applied) {
        result[0] = applied;
      }

      @Override
      public void rejected(Rejection why) {
        throw new AssertionError(why);
      }

      @Override
      public void unknown() {
        throw new AssertionError("unknown");
      }
    });
    applyAll();
    proposed.addAll(waiting);
    return result[0];
  }

  /** One proposal that did not come by {@link #propose}, at once. */
  void commit(PendingProposal<Result> proposal) throws Exception {
    proposed.addFirst(proposal);
    apply(1);
  }

  /** A Clock entry, this much later. */
  void clock(long millisLater) throws Exception {
    stampNanos += millisLater * 1_000_000;
    machine.apply(List.of(new Entry(EntryType.CLOCK, 1, machine.applied().index() + 1, stampNanos, Bytes.EMPTY)));
  }

  @Override
  public void read(ReadCallback callback) {
    if (rejectReads != null) {
      callback.rejected(rejectReads);
    } else if (answerReadsAtOnce) {
      callback.ready(machine.applied().index());
    } else {
      reads.add(callback);
    }
  }

  @Override
  public void readLeading(ReadCallback callback) {
    if (leader.equals(SELF)) {
      read(callback);
    } else {
      callback.rejected(Rejection.NOT_LEADER);
    }
  }

  void answerReads() {
    List<ReadCallback> waiting = List.copyOf(reads);
    reads.clear();
    waiting.forEach(read -> read.ready(machine.applied().index()));
  }

  @Override
  public Runnable whenApplied(long index, LongConsumer callback) {
    if (index <= machine.applied().index()) {
      callback.accept(machine.applied().index());
      return () -> {
      };
    }
    waitingForIndex.add(callback);
    return () -> waitingForIndex.remove(callback);
  }

  @Override
  public void transferLeadership(NodeId target, TransferCallback callback) {
    callback.ended(false, "not here");
  }

  @Override
  public void changeMembership(MembershipChange change, MembershipCallback callback) {
    changes.add(change);
    changed.accept(callback);
  }

  @Override
  public NodeStatus status() {
    long index = machine.applied().index();
    return new NodeStatus(leader.equals(SELF) ? Role.LEADER : Role.FOLLOWER, 1, leader, true, index, index, 1, index,
        MEMBERS, MEMBERS, 0, List.of(), stampNanos, 0, 0);
  }
}
