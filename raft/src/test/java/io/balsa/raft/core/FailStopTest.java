package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.entry;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Compacted;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.LogResetForgotten;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What cannot be, unless somebody's disk or code is broken, stops the node before it makes it worse. */
class FailStopTest {
  private static void assertStops(String says, ThrowingCallable step) {
    assertThatThrownBy(step).isInstanceOf(IllegalStateException.class).hasMessageContaining(says);
  }

  private static DrivenCore follower() {
    DrivenCore node = new DrivenCore(1, 1);
    node.receive(A, new AppendEntries(1, new LogId(1, 1), List.of(entry(1, 2)), 2));
    return node;
  }

  @Test
  void aSyncThatNobodyAskedFor() {
    DrivenCore node = follower();
    assertStops("completed", () -> node.step(new Persisted(1_000)));
  }

  @Test
  void appliedBeyondWhatWasToBeApplied() {
    DrivenCore node = follower();
    assertStops("applied 9", () -> node.step(new Applied(9, Long.MAX_VALUE)));
  }

  @Test
  void aSyncThatWasConfirmedBefore() {
    DrivenCore node = follower();
    node.persist();
    assertStops("completed", () -> node.step(new Persisted(0)));
  }

  @Test
  void appliedThatGoesBack() {
    DrivenCore node = follower();
    node.persist();
    node.step(new Applied(2, Long.MAX_VALUE));
    assertStops("applied 1", () -> node.step(new Applied(1, Long.MAX_VALUE)));
  }

  @Test
  void aStampThatIsBeforeTheOneBefore() {
    DrivenCore node = follower();
    node.receive(A, new AppendEntries(1, new LogId(1, 2), List.of(stamped(3, 10)), 2));
    assertStops("stamp 9 of 1/4",
        () -> node.receive(A, new AppendEntries(1, new LogId(1, 3), List.of(stamped(4, 9)), 2)));
  }

  private static Entry stamped(long index, long nanos) {
    return new Entry(EntryType.COMMAND, 1, index, nanos, Bytes.EMPTY);
  }

  @Test
  void aLogCompactedBeyondWhatIsApplied() {
    DrivenCore node = follower();
    assertStops("log compacted to 1/2", () -> node.step(new Compacted(new LogId(1, 2))));
  }

  @Test
  void aLogCompactedWhileASnapshotIsInstalled() {
    DrivenCore node = installing();
    assertStops("log compacted to 1/1", () -> node.step(new Compacted(new LogId(1, 1))));
  }

  /** Its whole snapshot of entry 9 is durable, and the state machine was told to take it. */
  private static DrivenCore installing() {
    DrivenCore node = new DrivenCore(1, 1);
    node.receive(A, new Heartbeat(1, 1, 1));
    node.step(new Applied(1, Long.MAX_VALUE));
    long reception = ofKind(node.receive(A, chunk(1, 9)), StoreChunk.class).get(0).reception();
    node.step(new ChunkStored(reception, 10, true));
    return node;
  }

  private static InstallSnapshot chunk(long term, long index) {
    return new InstallSnapshot(term, snapshot(term, index), 0, Bytes.wrap(new byte[10]));
  }

  private static SnapshotMeta snapshot(long term, long index) {
    return new SnapshotMeta(100, new LogId(term, index), 0, DrivenCore.CONFIGURATION, 10);
  }

  @Test
  void anInstallThatWasNotAskedFor() {
    assertStops("not asked for", () -> follower().step(new Installed(Long.MAX_VALUE)));
    DrivenCore node = installing();
    node.step(new Installed(Long.MAX_VALUE));
    assertStops("not asked for", () -> node.step(new Installed(Long.MAX_VALUE)));
  }

  @Test
  void aResetOfTheLogThatIsNotOwed() {
    assertStops("no log reset", () -> follower().step(new LogResetForgotten()));
    assertStops("no log reset", () -> installing().step(new LogResetForgotten()));
  }

  @Test
  void aSnapshotThatContradictsWhatIsCommitted() {
    DrivenCore node = follower();
    assertStops("committed here is another", () -> node.receive(B, chunk(2, 2)));
  }

  @Test
  void aSnapshotThatIsOlderThanWhatWasAskedFor() {
    DrivenCore leader = new DrivenCore(1, 1, 1, 1);
    leader.lead();
    OpenSnapshot open = ofKind(leader.receive(B, new HeartbeatReply(leader.core.term(), 1, 4, 3)), OpenSnapshot.class)
        .get(0);
    assertStops("needed was one of 3", () -> leader.step(new SnapshotOpened(open.transfer(), snapshot(1, 2))));
  }

  @Test
  void committedEntriesThatAreToBeTruncated() {
    DrivenCore node = follower();
    assertStops("committed is 2",
        () -> node.receive(B, new AppendEntries(2, new LogId(1, 1), List.of(entry(2, 2)), 2)));
  }

  @Test
  void entriesOfALaterTermThanTheirMessage() {
    DrivenCore node = follower();
    assertStops("in term 1", () -> node.receive(A, new AppendEntries(1, new LogId(1, 2), List.of(entry(2, 3)), 2)));
  }

  @Test
  void anotherLeaderOfOneTerm() {
    DrivenCore node = follower();
    assertStops("term 1", () -> node.receive(B, new Heartbeat(1, 0, 1)));
    DrivenCore leader = new DrivenCore(1, 1);
    leader.lead();
    assertStops("both lead term", () -> leader.receive(B, new Heartbeat(leader.core.term(), 0, 1)));
  }

  @Test
  void entriesAcceptedThatTheLeaderDoesNotHave() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    assertStops("accepted 99", () -> node.receive(A, new AppendEntriesAccepted(node.core.term(), 99)));
  }

  @Test
  void aStateThatHasAppliedWhatTheLogDoesNotHold() {
    assertStops("has applied 2/1", () -> DrivenCore.behind(2, LogId.ZERO, new LogId(2, 1), null, 1));
  }

  @Test
  void aLogThatEndsInALaterTermThanTheHardState() {
    assertStops("the hard state says 1", () -> new DrivenCore(1, 1, 2));
  }
}
