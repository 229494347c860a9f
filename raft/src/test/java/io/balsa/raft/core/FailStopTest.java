package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.entry;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.input.Applied;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
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
