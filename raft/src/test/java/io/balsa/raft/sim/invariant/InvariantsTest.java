package io.balsa.raft.sim.invariant;

import static io.balsa.raft.sim.invariant.FakeNode.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.action.Role;
import io.balsa.raft.action.RoleChanged;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.Member;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.sim.Call;
import io.balsa.raft.sim.Invariant;
import io.balsa.raft.sim.Ledger;
import io.balsa.raft.sim.Pointers;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Violation;
import io.balsa.raft.sim.World;
import java.time.Duration;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each invariant accepts what is right and finds what is wrong. */
class InvariantsTest {
  private final FakeNode a = new FakeNode("a");
  private final FakeNode b = new FakeNode("b");
  private final FakeNode c = new FakeNode("c");
  private final Ledger ledger = new Ledger(new Configuration(
      List.of(a, b, c).stream().map(node -> new Member(node.id, node.incarnation, true, "", "")).toList()));
  private final SimOptions options = SimOptions.draw(new SimRandom(3), Duration.ofSeconds(1));
  private long now;

  private <I extends Invariant> I begun(I invariant) {
    invariant.begins(new World(List.of(a, b, c), ledger, options, () -> now));
    return invariant;
  }

  private static void assertFound(Class<? extends Invariant> by, ThrowingCallable event) {
    assertThatThrownBy(event).isInstanceOfSatisfying(Violation.class,
        found -> assertThat(found.invariant()).isEqualTo(by.getSimpleName()));
  }

  private static RoleChanged leads(FakeNode node, long term) {
    return new RoleChanged(Role.LEADER, term, node.id, "elected");
  }

  private static Call proposal(long id, String payload, long askedAt) {
    return new Call(id, entry(1, 1, 0, payload).payload(), 1, askedAt);
  }

  private Ledger.Known known(FakeNode leader, Entry entry, LogId before, long appendedAt) {
    Ledger.Known known = new Ledger.Known(entry, before, appendedAt, leader);
    ledger.add(known);
    return known;
  }

  private void committed(Entry entry, long inTerm) {
    ledger.commit(entry, inTerm);
  }

  @Test
  void electionSafety() {
    ElectionSafety invariant = begun(new ElectionSafety());
    invariant.roleChanged(a, leads(a, 1));
    invariant.roleChanged(a, leads(a, 1));
    invariant.roleChanged(b, leads(b, 2));
    assertFound(ElectionSafety.class, () -> invariant.roleChanged(b, leads(b, 1)));
    a.life = 2;
    assertFound(ElectionSafety.class, () -> invariant.roleChanged(a, leads(a, 1)));
  }

  @Test
  void leaderUndisturbed() {
    LeaderUndisturbed invariant = begun(new LeaderUndisturbed());
    long timeout = options.raft().electionTimeoutMinNanos();
    invariant.roleChanged(a, new RoleChanged(Role.FOLLOWER, 1, b.id, "follows b"));
    PreVoteReply granted = new PreVoteReply(2, true);
    invariant.sent(a, c.id, granted); // it has not heard of b yet
    polled(invariant, a, 0, () -> invariant.sent(a, b.id, new HeartbeatReply(1, 1, 0)));
    polled(invariant, a, timeout, () -> {
      // Of an older term: b was slow to arrive, and is not heard.
      invariant.sent(a, b.id, new HeartbeatReply(1, HeartbeatReply.NO_ROUND, 0));
      invariant.sent(a, c.id, granted);
    });
    polled(invariant, a, timeout - 1, () -> {
      invariant.sent(a, c.id, new PreVoteReply(1, false));
      assertFound(LeaderUndisturbed.class, () -> invariant.sent(a, c.id, granted));
      invariant.peerTold(a, b.id, false);
      invariant.sent(a, c.id, granted);
      invariant.peerTold(a, b.id, true);
      invariant.sent(a, c.id, granted); // this poll does not know yet
    });
    for (int poll = 0; poll < 3; poll++) {
      polled(invariant, a, timeout - 1, () -> {});
    }
    polled(invariant, a, timeout - 1,
        () -> assertFound(LeaderUndisturbed.class, () -> invariant.sent(a, c.id, granted)));
    invariant.roleChanged(a, leads(a, 2));
    assertFound(LeaderUndisturbed.class, () -> invariant.sent(a, c.id, granted));
  }

  private static void polled(Invariant invariant, FakeNode node, long clock, Runnable inPoll) {
    invariant.clockRead(node, clock);
    inPoll.run();
    invariant.polled(node, new Pointers(1, 1, 0, 0, 0));
  }

  @Test
  void leaderAppendOnly() {
    LeaderAppendOnly invariant = begun(new LeaderAppendOnly());
    a.hardState = new HardState(1, a.id);
    invariant.truncating(a, 3);
    a.role = Role.LEADER;
    assertFound(LeaderAppendOnly.class, () -> invariant.truncating(a, 3));
    a.hardState = new HardState(2, null);
    invariant.truncating(a, 3);
  }

  @Test
  void logMatching() {
    LogMatching invariant = begun(new LogMatching());
    Entry entry = entry(2, 5, 0, "x");
    Ledger.Known first = known(a, entry, new LogId(1, 4), 0);
    invariant.appended(b, entry, new LogId(1, 4), first);
    assertFound(LogMatching.class, () -> invariant.appended(b, entry(2, 5, 0, "y"), new LogId(1, 4), first));
    assertFound(LogMatching.class, () -> invariant.appended(b, entry, new LogId(2, 4), first));
    Ledger.Known falling = known(a, entry(1, 6, 0, "x"), entry.id(), 0);
    assertFound(LogMatching.class, () -> invariant.appended(a, falling.entry(), entry.id(), falling));
  }

  @Test
  void appendsMatch() {
    AppendsMatch invariant = begun(new AppendsMatch());
    Entry first = entry(1, 1, 0, "x");
    Entry second = entry(2, 2, 0, "y");
    known(a, first, LogId.ZERO, 0);
    known(a, second, first.id(), 0);
    invariant.sent(a, b.id(), new AppendEntries(2, LogId.ZERO, List.of(first, second), 0));
    invariant.sent(a, b.id(), new AppendEntries(3, first.id(), List.of(second), 0));
    assertFound(AppendsMatch.class,
        () -> invariant.sent(a, b.id(), new AppendEntries(1, first.id(), List.of(second), 0)));
    assertFound(AppendsMatch.class,
        () -> invariant.sent(a, b.id(), new AppendEntries(2, new LogId(2, 1), List.of(second), 0)));
    assertFound(AppendsMatch.class,
        () -> invariant.sent(a, b.id(), new AppendEntries(2, first.id(), List.of(entry(1, 2, 0, "y")), 0)));
  }

  @Test
  void leaderCompleteness() {
    LeaderCompleteness invariant = begun(new LeaderCompleteness());
    a.with(1);
    committed(a.log.get(0), 1);
    invariant.roleChanged(a, leads(a, 2));
    assertFound(LeaderCompleteness.class, () -> invariant.roleChanged(b, leads(b, 2)));
    invariant.roleChanged(b, leads(b, 1));
    b.role = Role.LEADER;
    b.term = 3;
    assertFound(LeaderCompleteness.class, () -> invariant.committed(a, 1));
  }

  @Test
  void leaderCommitsOwnTerm() {
    LeaderCommitsOwnTerm invariant = begun(new LeaderCommitsOwnTerm());
    a.with(1).with(2);
    a.term = 2;
    invariant.polled(a, new Pointers(2, 1, 2, 0, 0));
    invariant.polled(a, new Pointers(2, 1, 2, 1, 0)); // a follower: its leader knows why
    a.role = Role.LEADER;
    invariant.polled(a, new Pointers(2, 1, 2, 1, 0));
    invariant.polled(a, new Pointers(2, 1, 2, 2, 0));
    a.with(1);
    assertFound(LeaderCommitsOwnTerm.class, () -> invariant.polled(a, new Pointers(2, 1, 3, 3, 0)));
  }

  @Test
  void stateMachineSafety() {
    StateMachineSafety invariant = begun(new StateMachineSafety());
    a.with(1).with(1);
    b.with(1);
    committed(a.log.get(0), 1);
    invariant.committed(a, 1);
    invariant.applied(a, a.log.get(0), "r");
    assertFound(StateMachineSafety.class, () -> invariant.committed(a, 2));
    assertFound(StateMachineSafety.class, () -> invariant.applied(a, a.log.get(0), "r"));
    assertFound(StateMachineSafety.class, () -> invariant.applied(a, a.log.get(1), "r"));
    assertFound(StateMachineSafety.class, () -> invariant.applied(b, b.log.get(0), "another result"));
    assertFound(StateMachineSafety.class, () -> invariant.applied(c, entry(1, 1, 0, "y"), "r"));
  }

  @Test
  void monotonicPointers() {
    MonotonicPointers invariant = begun(new MonotonicPointers());
    invariant.polled(a, new Pointers(2, 1, 9, 5, 4));
    assertFound(MonotonicPointers.class, () -> invariant.polled(a, new Pointers(1, 1, 9, 5, 4)));
    MonotonicPointers commits = begun(new MonotonicPointers());
    commits.polled(a, new Pointers(2, 1, 9, 5, 4));
    assertFound(MonotonicPointers.class, () -> commits.polled(a, new Pointers(2, 1, 9, 4, 4)));
    a.durableHardState = new HardState(7, b.id);
    commits.crashed(a);
    commits.started(a, recovered(new HardState(7, b.id)));
    assertFound(MonotonicPointers.class, () -> commits.started(a, recovered(new HardState(6, b.id))));
    assertFound(MonotonicPointers.class, () -> commits.started(a, recovered(new HardState(7, null))));
    a.hardState = new HardState(7, b.id);
    assertFound(MonotonicPointers.class, () -> commits.hardStateSaved(a, new HardState(6, null)));
  }

  private static RecoveredLog recovered(HardState hardState) {
    return new RecoveredLog(hardState, new LogIndex(LogId.ZERO), 0, Configuration.EMPTY);
  }

  @Test
  void pointerOrder() {
    PointerOrder invariant = begun(new PointerOrder());
    a.with(1).with(1);
    a.appliedIndex = 1;
    invariant.polled(a, new Pointers(1, 1, 2, 1, 1));
    assertFound(PointerOrder.class, () -> invariant.polled(a, new Pointers(1, 1, 2, 0, 1)));
    assertFound(PointerOrder.class, () -> invariant.polled(a, new Pointers(1, 1, 2, 3, 1)));
    a.durableEntries = 0;
    assertFound(PointerOrder.class, () -> invariant.polled(a, new Pointers(1, 1, 2, 1, 1)));
  }

  @Test
  void oneVotePerTerm() {
    OneVotePerTerm invariant = begun(new OneVotePerTerm());
    a.durableHardState = new HardState(2, b.id);
    invariant.sent(a, b.id, new RequestVoteReply(2, true));
    invariant.sent(a, c.id, new RequestVoteReply(2, false));
    assertFound(OneVotePerTerm.class, () -> invariant.sent(a, c.id, new RequestVoteReply(2, true)));
    assertFound(OneVotePerTerm.class, () -> invariant.sent(a, c.id, new RequestVote(2, LogId.ZERO, false)));
    assertFound(OneVotePerTerm.class, () -> invariant.sent(a, b.id, new RequestVoteReply(3, true)));
  }

  @Test
  void durableAcks() {
    DurableAcks invariant = begun(new DurableAcks());
    a.with(1).with(1);
    a.durableHardState = new HardState(1, null);
    invariant.sent(a, b.id, new AppendEntriesAccepted(1, 2));
    assertFound(DurableAcks.class, () -> invariant.sent(a, b.id, new AppendEntriesAccepted(1, 3)));
    assertFound(DurableAcks.class, () -> invariant.sent(a, b.id, new AppendEntriesAccepted(2, 2)));
  }

  @Test
  void durableAcksOfSnapshots() {
    DurableAcks invariant = begun(new DurableAcks());
    SnapshotMeta snapshot = new SnapshotMeta(7, new LogId(1, 2), 0, Configuration.EMPTY, 9);
    invariant.sent(b, a.id, new InstallSnapshot(1, snapshot, 0, Bytes.EMPTY));
    a.with(1).with(1);
    a.durableHardState = new HardState(1, null);
    invariant.sent(a, b.id, new InstallSnapshotReply(1, 7, 9, true));
    a.durableEntries = 1;
    invariant.sent(a, b.id, new InstallSnapshotReply(1, 7, 9, false));
    assertFound(DurableAcks.class, () -> invariant.sent(a, b.id, new InstallSnapshotReply(1, 7, 9, true)));
  }

  @Test
  void installsCommitted() {
    InstallsCommitted invariant = begun(new InstallsCommitted());
    committed(entry(1, 1, 0, "x"), 1);
    committed(entry(2, 2, 0, "x"), 2);
    invariant.installed(a, 1, new LogId(2, 2));
    assertFound(InstallsCommitted.class, () -> invariant.installed(a, 2, new LogId(2, 2)));
    assertFound(InstallsCommitted.class, () -> invariant.installed(a, 1, new LogId(1, 2)));
    assertFound(InstallsCommitted.class, () -> invariant.installed(a, 1, new LogId(2, 3)));
  }

  @Test
  void nothingDropped() {
    NothingDropped invariant = begun(new NothingDropped());
    a.with(1).with(1);
    invariant.resetting(a, new LogId(1, 3));
    invariant.resetting(a, new LogId(2, 2));
    assertFound(NothingDropped.class, () -> invariant.resetting(a, new LogId(1, 2)));
    assertFound(NothingDropped.class, () -> invariant.resetting(a, new LogId(1, 1)));
  }

  @Test
  void compactedBelowFlushed() {
    CompactedBelowFlushed invariant = begun(new CompactedBelowFlushed());
    a.flushedIndex = 5;
    invariant.compacted(a, 5);
    assertFound(CompactedBelowFlushed.class, () -> invariant.compacted(a, 6));
  }

  @Test
  void clockBound() {
    ClockBound invariant = begun(new ClockBound());
    Ledger.Known first = known(a, entry(1, 1, 100, "x"), LogId.ZERO, 1_000);
    invariant.created(a, first);
    long atMost = (long) (options.fastestRate() * 1_000);
    invariant.created(a, known(a, entry(1, 2, 100 + atMost, "x"), first.entry().id(), 2_000));
    assertFound(ClockBound.class,
        () -> invariant.created(b, known(b, entry(2, 2, 104 + atMost, "x"), first.entry().id(), 2_000)));
    assertFound(ClockBound.class,
        () -> invariant.created(b, known(b, entry(3, 2, 99, "x"), first.entry().id(), 2_000)));
  }

  @Test
  void clockStepBound() {
    ClockStepBound invariant = begun(new ClockStepBound());
    long step = options.raft().clockStepMaxNanos();
    invariant.clockRead(a, 0);
    invariant.created(a, known(a, entry(1, 1, 0, "x"), LogId.ZERO, 0));
    invariant.clockRead(a, 10 * step);
    invariant.created(a, known(a, entry(1, 2, step, "x"), new LogId(1, 1), 0));
    invariant.clockRead(a, 20 * step);
    assertFound(ClockStepBound.class,
        () -> invariant.created(a, known(a, entry(1, 3, 2 * step + 1, "x"), new LogId(1, 2), 0)));
  }

  @Test
  void clockStandsStill() {
    ClockStandsStill invariant = begun(new ClockStandsStill());
    long timeout = 2 * options.raft().electionTimeoutMinNanos();
    Entry noop = new Entry(EntryType.NOOP, 1, 1, 0, Bytes.EMPTY);
    Entry clock = new Entry(EntryType.CLOCK, 1, 2, 5, Bytes.EMPTY);
    invariant.created(a, known(a, noop, LogId.ZERO, 0));
    assertFound(ClockStandsStill.class, () -> invariant.created(a, known(a, clock, noop.id(), timeout)));
    invariant.applied(a, noop, null);
    assertFound(ClockStandsStill.class, () -> invariant.created(a, known(a, clock, noop.id(), 1)));
    invariant.created(a, known(a, clock, noop.id(), timeout));
    Entry second = new Entry(EntryType.CLOCK, 1, 3, 6, Bytes.EMPTY);
    assertFound(ClockStandsStill.class, () -> invariant.created(a, known(a, second, clock.id(), timeout)));
  }

  @Test
  void stampedAfterAsked() {
    StampedAfterAsked invariant = begun(new StampedAfterAsked());
    invariant.proposed(a, proposal(1, "x", 100));
    invariant.created(a, known(a, entry(1, 1, 0, "x"), LogId.ZERO, 100));
    assertFound(StampedAfterAsked.class,
        () -> invariant.created(a, known(a, entry(1, 1, 0, "x"), LogId.ZERO, 99)));
  }

  @Test
  void replyMatchesEntry() {
    ReplyMatchesEntry invariant = begun(new ReplyMatchesEntry());
    Entry entry = entry(2, 1, 0, "x");
    committed(entry, 2);
    invariant.applied(a, entry, "r");
    a.appliedIndex = 1;
    invariant.repliedApplied(a, proposal(1, "x", 0), entry.id(), "r");
    assertFound(ReplyMatchesEntry.class, () -> invariant.repliedApplied(a, proposal(1, "y", 0), entry.id(), "r"));
    assertFound(ReplyMatchesEntry.class, () -> invariant.repliedApplied(a, proposal(1, "x", 0), new LogId(1, 1), "r"));
    assertFound(ReplyMatchesEntry.class, () -> invariant.repliedApplied(a, proposal(1, "x", 0), entry.id(), "s"));
    a.appliedIndex = 0;
    assertFound(ReplyMatchesEntry.class, () -> invariant.repliedApplied(a, proposal(1, "x", 0), entry.id(), "r"));
  }

  @Test
  void rejectedInNoLog() {
    RejectedInNoLog invariant = begun(new RejectedInNoLog());
    Entry entry = entry(1, 1, 0, "x");
    Ledger.Known first = known(a, entry, LogId.ZERO, 0);
    invariant.repliedRejected(a, proposal(1, "x", 0));
    assertFound(RejectedInNoLog.class, () -> invariant.appended(a, entry, LogId.ZERO, first));
    Entry other = entry(1, 2, 0, "y");
    invariant.appended(a, other, entry.id(), known(a, other, entry.id(), 0));
    assertFound(RejectedInNoLog.class, () -> invariant.repliedRejected(a, proposal(2, "y", 0)));
  }

  @Test
  void readIndexCovers() {
    ReadIndexCovers invariant = begun(new ReadIndexCovers());
    a.appliedIndex = 9;
    invariant.repliedApplied(a, proposal(1, "x", 0), new LogId(1, 5), "r");
    Call read = new Call(2, null, 1, 0);
    invariant.readAsked(a, read);
    invariant.readReady(a, read, 5);
    assertFound(ReadIndexCovers.class, () -> invariant.readReady(a, read, 4));
    a.appliedIndex = 4;
    assertFound(ReadIndexCovers.class, () -> invariant.readReady(a, read, 5));
  }

  @Test
  void readIndexCoversWhatOtherMembersAskFor() {
    ReadIndexCovers invariant = begun(new ReadIndexCovers());
    invariant.repliedApplied(a, proposal(1, "x", 0), new LogId(1, 5), "r");
    invariant.sent(b, a.id(), new ReadIndex(1, 9, 1));
    invariant.sent(c, a.id(), new ReadIndex(1, 9, 1));
    invariant.sent(b, a.id(), new ReadIndex(1, 10, 1));
    invariant.sent(a, b.id(), new ReadIndexReply(1, 9, 1, 5));
    assertFound(ReadIndexCovers.class, () -> invariant.sent(a, b.id(), new ReadIndexReply(1, 9, 1, 4)));
    assertFound(ReadIndexCovers.class, () -> invariant.sent(a, b.id(), new ReadIndexReply(1, 9, 2, 5)));
    assertFound(ReadIndexCovers.class, () -> invariant.sent(b, a.id(), new ReadIndex(2, 9, 1)));
  }

  @Test
  void roundsAnswered() {
    RoundsAnswered invariant = begun(new RoundsAnswered());
    invariant.sent(a, b.id(), new Heartbeat(2, 0, 7));
    invariant.sent(b, a.id(), new HeartbeatReply(2, 7, 1));
    invariant.sent(b, a.id(), new HeartbeatReply(3, HeartbeatReply.NO_ROUND, 1));
    assertFound(RoundsAnswered.class, () -> invariant.sent(b, a.id(), new HeartbeatReply(3, 7, 1)));
    assertFound(RoundsAnswered.class, () -> invariant.sent(b, a.id(), new HeartbeatReply(2, 8, 1)));
    assertFound(RoundsAnswered.class, () -> invariant.sent(c, a.id(), new HeartbeatReply(2, 7, 1)));
    invariant.sent(a, c.id(), new Heartbeat(2, 0, 7));
    invariant.sent(a, b.id(), new Heartbeat(3, 0, 1));
    assertFound(RoundsAnswered.class, () -> invariant.sent(a, b.id(), new Heartbeat(2, 0, 7)));
  }

  @Test
  void replicasAgree() {
    ReplicasAgree invariant = begun(new ReplicasAgree());
    invariant.stateAt(a, 1, 77);
    invariant.stateAt(b, 1, 77);
    assertFound(ReplicasAgree.class, () -> invariant.stateAt(c, 1, 78));
    a.with(1);
    invariant.ended(List.of(b, c));
    assertFound(ReplicasAgree.class, () -> invariant.ended(List.of(a, b)));
  }

  @Test
  void answeredOnce() {
    AnsweredOnce invariant = begun(new AnsweredOnce());
    Call call = proposal(1, "x", 0);
    invariant.proposed(a, call);
    assertFound(AnsweredOnce.class, () -> invariant.ended(List.of(a)));
    invariant.ended(List.of(b));
    invariant.repliedUnknown(a, call);
    assertFound(AnsweredOnce.class, () -> invariant.repliedUnknown(a, call));
    invariant.ended(List.of(a));

    Call late = proposal(2, "y", 0);
    invariant.proposed(a, late);
    invariant.resetting(a, new LogId(1, 1)); // its log holds nothing of that call
    invariant.polled(a, new Pointers(1, 2, 1, 1, 1));
    invariant.created(a, known(a, entry(1, 2, 0, "y"), new LogId(1, 1), 0));
    invariant.resetting(a, new LogId(2, 4));
    assertFound(AnsweredOnce.class, () -> invariant.polled(a, new Pointers(2, 5, 4, 4, 4)));
  }

  @Test
  void everyInvariantIsTestedHere() {
    List<String> tests = Stream.of(InvariantsTest.class, MembershipInvariantsTest.class)
        .flatMap(tested -> Arrays.stream(tested.getDeclaredMethods())).map(Method::getName).toList();
    for (Invariant invariant : Invariants.all()) {
      String name = invariant.getClass().getSimpleName();
      assertThat(tests).contains(Character.toLowerCase(name.charAt(0)) + name.substring(1));
    }
  }
}
