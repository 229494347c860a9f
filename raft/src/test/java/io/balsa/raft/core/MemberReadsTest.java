package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.B;
import static io.balsa.raft.core.DrivenCore.BOOT;
import static io.balsa.raft.core.DrivenCore.CONFIGURATION;
import static io.balsa.raft.core.DrivenCore.SELF;
import static io.balsa.raft.core.DrivenCore.ofKind;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.MembershipAccepted;
import io.balsa.raft.action.ReadReady;
import io.balsa.raft.action.Role;
import io.balsa.raft.action.Send;
import io.balsa.raft.input.ChangeMembership;
import io.balsa.raft.input.Read;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.MembershipChange.Replace;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads while members come and go: who may ask, whose answers count (I1), and what a leader that is removed still proves. */
class MemberReadsTest {
  private static final long OTHER = 9;

  private final DrivenCore node = new DrivenCore(1, 1);

  private void change(MembershipChange change) {
    node.receive(A, new HeartbeatReply(node.core.term(), 0, 2));
    node.receive(B, new HeartbeatReply(node.core.term(), 0, 2));
    assertThat(ofKind(node.step(new ChangeMembership(change)), MembershipAccepted.class)).hasSize(1);
    node.persist();
    node.take();
  }

  private long round() {
    List<Heartbeat> heartbeats = sent(node.take(), Heartbeat.class);
    return heartbeats.get(heartbeats.size() - 1).round();
  }

  @Test
  void anIncarnationThatIsNoMemberIsNotAnswered() {
    node.lead();
    assertThat(node.receive(A, OTHER, new ReadIndex(node.core.term(), BOOT, 1))).isEmpty();
    node.pass(100);
    long round = round();
    node.receive(B, new HeartbeatReply(node.core.term(), round, 2));
    assertThat(sent(node.take(), ReadIndexReply.class)).isEmpty();
  }

  @Test
  void i1_anotherIncarnationConfirmsNoRead() {
    node.lead();
    node.step(new Read(List.of(7L)));
    long round = round();
    node.receive(A, OTHER, new HeartbeatReply(node.core.term(), round, 2));
    assertThat(ofKind(node.take(), ReadReady.class)).isEmpty();
    node.receive(A, new HeartbeatReply(node.core.term(), round, 2));
    assertThat(ofKind(node.take(), ReadReady.class)).containsExactly(new ReadReady(7, 2));
  }

  /** What its predecessor asked for is nothing to the next one of the same id, whose requests have their own turn. */
  @Test
  void whoWasReplacedMeanwhileIsNotAnsweredAndItsSuccessorIs() {
    node.lead();
    long term = node.core.term();
    node.receive(A, new ReadIndex(term, BOOT, 1));
    long first = round();
    change(new Replace(A, 1, OTHER));
    node.receive(A, OTHER, new ReadIndex(term, BOOT, 1));
    node.receive(B, new HeartbeatReply(term, first, 3));
    assertThat(sent(node.take(), ReadIndexReply.class)).isEmpty();
    node.pass(100);
    node.receive(B, new HeartbeatReply(term, round(), 3));
    assertThat(ofKind(node.take(), Send.class)).contains(new Send(A, OTHER, new ReadIndexReply(term, BOOT, 1, 2)));
  }

  /** It asked a majority of the others, as of its newest configuration, and counted itself nowhere. */
  @Test
  void aRemovedLeaderAnswersTheMembersThatAreLeft() {
    node.lead();
    long term = node.core.term();
    change(new Remove(SELF, 1));
    node.receive(A, new ReadIndex(term, BOOT, 1));
    long round = round();
    node.receive(A, new HeartbeatReply(term, round, 3));
    assertThat(sent(node.take(), ReadIndexReply.class)).as("one of two").isEmpty();
    node.receive(B, new HeartbeatReply(term, round, 3));
    assertThat(sent(node.take(), ReadIndexReply.class)).containsExactly(new ReadIndexReply(term, BOOT, 1, 2));
  }

  @Test
  void aFollowerBelievesTheVeryIncarnationThatItFollows() {
    node.receive(A, new Heartbeat(1, 0, 1));
    node.step(new Read(List.of(7L)));
    assertThat(node.receive(A, OTHER, new ReadIndexReply(1, BOOT, 1, 5))).isEmpty();
    assertThat(node.receive(B, new ReadIndexReply(1, BOOT, 1, 5))).isEmpty();
    assertThat(node.receive(A, new ReadIndexReply(1, BOOT, 1, 5))).containsExactly(new ReadReady(7, 5));
  }

  /** Its own removal is the last that it appends; until it hands over, nobody else can answer. */
  @Test
  void aFollowerBelievesALeaderThatIsRemoved() {
    node.receive(A, new AppendEntries(1, new LogId(1, 1),
        List.of(new Entry(EntryType.CONFIGURATION, 1, 2, 0, CONFIGURATION.without(A).encode())), 0));
    node.step(new Read(List.of(7L)));
    assertThat(node.receive(A, new ReadIndexReply(1, BOOT, 1, 1))).contains(new ReadReady(7, 1));
  }

  @Test
  void whoFollowsNobodyBelievesNoneButMembers() {
    node.receive(A, new Heartbeat(1, 0, 1));
    node.step(new Read(List.of(7L)));
    node.passUntil(Role.PRE_CANDIDATE);
    assertThat(node.receive(A, OTHER, new ReadIndexReply(1, BOOT, 1, 1))).isEmpty();
    assertThat(node.receive(A, new ReadIndexReply(1, BOOT, 1, 1))).contains(new ReadReady(7, 1));
  }
}
