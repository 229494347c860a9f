package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.PendingProposal;
import io.balsa.server.config.RequestLimits;
import io.balsa.storage.state.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** S2 to S6 at the leader's door: the stream's logic against the real state machine, step by step. */
class SessionStreamTest extends SessionStreamFixture {
  // ---- the hello

  @Test
  void theHelloIsAnsweredWithTheLastSequenceOnceThisNodeIsKnownToLead() {
    consensus.answerReadsAtOnce = false;
    hello();
    assertThat(wire.frames).as("C3, I5: not before the read index").isEmpty();
    assertThat(wire.asked).as("and nothing more is read").isZero();
    consensus.answerReads();
    loop.run();
    assertThat(wire.frames).singleElement().satisfies(frame -> {
      assertThat(frame.getReady().getLastSequence()).isZero();
      assertThat(frame.getReady().getBeatMillis()).isEqualTo(300);
      assertThat(frame.getReady().getHeader().getClusterId()).isEqualTo(CLUSTER);
    });
  }

  @Test
  void aFollowerSendsTheClientToTheLeader() {
    consensus.rejectReads = Rejection.NOT_LEADER;
    consensus.leader = FakeConsensus.OTHER;
    hello();
    assertThat(wire.end().getError().getReason()).isEqualTo("NOT_LEADER");
    assertThat(wire.end().getError().getDetailsList()).extracting(d -> d.getKey() + "=" + d.getValue())
        .containsExactly("leader_id=n2", "leader_address=c2");
  }

  /** The read index may be applied, or the loop come to it, only when this node leads no more: nobody would end the stream then. */
  @Test
  void aHelloThatLeadershipEndsBesideIsSentToTheLeader() {
    consensus.answerReadsAtOnce = false;
    hello();
    consensus.leader = FakeConsensus.OTHER;
    streams.endAll(group.rejected(Rejection.NOT_LEADER));
    consensus.answerReads();
    loop.run();
    assertThat(wire.end().getError().getReason()).isEqualTo("NOT_LEADER");
    assertThat(streams.count()).isZero();
  }

  @Test
  void aSessionOfAnotherClusterIsOver() {
    send(ClientFrame.newBuilder().setHello(StreamHello.newBuilder().setSessionId(session).setClusterId(CLUSTER + 1))
        .build());
    assertThat(wire.end().getError().getReason()).isEqualTo("CLUSTER_CHANGED");
  }

  @Test
  void anExpiredSessionIsOver() throws Exception {
    consensus.clock(TTL_MILLIS + 1);
    hello();
    assertThat(wire.end().getError().getReason()).isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void anythingElseFirstIsAMistake() {
    send(incr(1));
    assertThat(wire.end().getError().getReason()).isEqualTo("BAD_REQUEST");
  }

  // ---- sequences

  @Test
  void requestsArePipelinedAndAnsweredInOneFrameWhenApplied() throws Exception {
    hello();
    send(0, incrs(1, 100));
    assertThat(consensus.proposed).hasSize(100);
    send(0, incrs(101, 200));
    assertThat(consensus.proposed).as("nothing waits for an answer").hasSize(200);
    applyAll();
    assertThat(wire.replies()).extracting(r -> r.getIncr().getValue()).hasSize(200).endsWith(200L);
    assertThat(wire.frames).as("ready, and all replies together").hasSize(2);
  }

  @Test
  void aGapEndsTheStreamWithTheExpectedSequence() {
    hello();
    send(incr(1), incr(3));
    assertThat(consensus.proposed).hasSize(1);
    assertThat(wire.end().getError().getReason()).isEqualTo("WRONG_SEQUENCE");
    assertThat(wire.end().getExpectedSequence()).isEqualTo(2);
  }

  @Test
  void whatWasAppliedIsAnsweredFromTheStoreAndNothingIsProposed() throws Exception {
    hello();
    send(0, incrs(1, 3));
    applyAll();
    connect();
    hello();
    assertThat(wire.frames.getFirst().getReady().getLastSequence()).isEqualTo(3);
    send(0, incrs(2, 4));
    assertThat(consensus.proposed).as("only the new one").hasSize(1);
    assertThat(wire.replies()).extracting(r -> r.getIncr().getValue()).containsExactly(2L, 3L);
    applyAll();
    assertThat(wire.replies()).last().satisfies(r -> assertThat(r.getIncr().getValue()).isEqualTo(4));
  }

  @Test
  void whatIsStillUnderWayIsAnsweredOnce() throws Exception {
    hello();
    send(incr(1));
    send(incr(1));
    assertThat(consensus.proposed).hasSize(1);
    applyAll();
    assertThat(wire.replies()).hasSize(1);
  }

  /** The older stream's proposals are under way when the newer one sends them again: applied once, both copies give one reply. */
  @Test
  void aReconnectWhileProposalsAreUnderWayAppliesThemOnce() throws Exception {
    hello();
    send(0, incrs(1, 5));
    connect();
    hello();
    assertThat(wire.frames.getFirst().getReady().getLastSequence()).isZero();
    send(0, incrs(1, 5));
    assertThat(consensus.proposed).hasSize(10);
    applyAll();
    assertThat(wire.replies()).extracting(r -> r.getIncr().getValue()).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void anAcknowledgedReplyIsDropped() throws Exception {
    hello();
    send(0, incrs(1, 2));
    applyAll();
    send(3, List.of(incr(3)));
    applyAll();
    send(incr(1));
    assertThat(wire.replies()).last().satisfies(r -> {
      assertThat(r.getSequence()).isEqualTo(1);
      assertThat(r.getError().getReason()).isEqualTo("REPLY_DROPPED");
    });
  }

  @Test
  void aRequestOverTheLimitsIsRefusedAndThoseBehindItGoOn() throws Exception {
    hello();
    send(incr(1), put(2, RequestLimits.DEFAULT.valueBytesMax() + 1, false), incr(3));
    applyAll();
    assertThat(wire.replies()).extracting(StreamReply::getSequence).containsExactly(1L, 2L, 3L);
    assertThat(wire.replies().get(1).getError().getReason()).isEqualTo("VALUE_TOO_LARGE");
    assertThat(wire.replies().get(1).getError().getMessage()).contains("1048577", "1048576");
    assertThat(wire.replies().get(2).getIncr().getValue()).isEqualTo(2);
  }

  /** E3, S3: the refusal uses up its sequence, those behind it go on, and whoever asks again is told the same. */
  @Test
  void withoutSpaceAMutationIsRefusedOnceAndForAll() throws Exception {
    hello();
    space.leads(true);
    space.measured(2_000);
    StreamRequest compact = StreamRequest.newBuilder().setSequence(2)
        .setCompact(CompactRequest.newBuilder().setRevision(1)).build();
    send(put(1, 10, false), compact);
    applyAll();
    StreamReply refused = wire.replies().get(0);
    assertThat(refused.getError().getReason()).isEqualTo("NO_SPACE");
    assertThat(wire.replies().get(1).hasCompact()).isTrue();
    space.measured(100);
    connect();
    hello();
    send(put(1, 10, false), compact, incr(3));
    applyAll();
    assertThat(wire.replies()).extracting(StreamReply::getSequence).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(wire.replies()).filteredOn(reply -> reply.getSequence() == 1).singleElement()
        .extracting(StreamReply::getError).isEqualTo(refused.getError());
    assertThat(consensus.state().revision()).as("nothing but the increment").isEqualTo(2);
  }

  @Test
  void aRefusalOfTheStateMachineIsAnAnswer() throws Exception {
    hello();
    send(StreamRequest.newBuilder().setSequence(1).setPut(
        PutRequest.newBuilder().setKey(utf8("n")).setValue(utf8("many"))).build(), incr(2));
    applyAll();
    assertThat(wire.replies().get(1).getError().getReason()).isEqualTo("NOT_A_NUMBER");
    assertThat(wire.completed).isFalse();
  }

  // ---- the newest wins

  @Test
  void theOlderStreamIsTold() {
    hello();
    FakeWire older = wire;
    connect();
    hello();
    assertThat(older.end().getError().getReason()).isEqualTo("SUPERSEDED");
    assertThat(streams.count()).isEqualTo(1);
    assertThat(wire.completed).isFalse();
  }

  /** A hello that was delayed on a broken connection is not the newest because it arrives last. */
  @Test
  void aDelayedHelloDoesNotSupersede() {
    hello(2);
    FakeWire newer = wire;
    connect();
    hello(1);
    assertThat(wire.end().getError().getReason()).isEqualTo("SUPERSEDED");
    assertThat(newer.completed).isFalse();
    assertThat(streams.count()).isEqualTo(1);
  }

  // ---- bounds

  @Test
  void beyondTheBoundOfUnacknowledgedSequencesItStopsReading() throws Exception {
    hello();
    send(0, incrs(1, Limits.SESSION_UNACKNOWLEDGED_MAX + 10));
    assertThat(consensus.proposed).hasSize(Limits.SESSION_UNACKNOWLEDGED_MAX);
    assertThat(wire.asked).isZero();
    applyAll();
    assertThat(wire.asked).as("applied is not acknowledged").isZero();
    assertThat(consensus.proposed).isEmpty();

    // S4: the acknowledgement comes by KeepAlive, because this stream is not read.
    group.renewals().leads();
    group.renewals().renew(session, 101, new IgnoredRenewal());
    PendingProposal<?> renewal = group.renewals().take();
    consensus.apply(renewal.payload());
    streams.acknowledged(session);
    loop.run();
    assertThat(consensus.proposed).hasSize(10);
    assertThat(wire.asked).isEqualTo(1);
  }

  @Test
  void beyondTheBoundOfStoredRepliesItStopsReading() throws Exception {
    consensus
        .apply(Commands.put(PutRequest.newBuilder().setKey(utf8("k")).setValue(ByteString.copyFrom(new byte[1 << 20]))
            .build()));
    hello();
    for (int sequence = 1; wire.asked == 1 && sequence < 100; sequence++) {
      send(put(sequence, 1 << 20, true));
      applyAll();
    }
    assertThat(wire.asked).as("held back").isZero();
    long stored = consensus.state().session(session).storedReplyBytes();
    assertThat(stored).isBetween(Limits.SESSION_REPLY_BYTES_MAX - Limits.REPLY_BYTES_MAX,
        Limits.SESSION_REPLY_BYTES_MAX);

    long answered = wire.replies().size();
    consensus.apply(Commands.renew(Renew.newBuilder()
        .addRenewals(Renew.Renewal.newBuilder().setId(session).setLowestAwaited(answered + 1))));
    streams.acknowledged(session);
    loop.run();
    assertThat(consensus.proposed).as("the one that was held").hasSize(1);
  }

  /** What is stored once is read once, however often it is asked for: or a frame of a MiB would ask for a TiB. */
  @Test
  void beyondOneReadingOfTheStoredRepliesItStopsReading() throws Exception {
    Deque<Runnable> reading = new ArrayDeque<>();
    group = new Group(CLUSTER, 0, FakeConsensus.SELF, consensus, consensus.state(), consensus.fresh, reading::add, loop,
        new RenewalCollector(FakeConsensus.SELF, streams::acknowledged), streams, consensus.watches(loop));
    connect();
    hello();
    reading.clear();
    send(0, incrs(1, 3));
    applyAll();
    wire.frames.clear();

    List<StreamRequest> again = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      again.addAll(incrs(1, 3));
    }
    send(0, again);
    assertThat(reading).as("one reading").hasSize(1);
    send(0, incrs(2, 4));
    assertThat(reading).as("and no other while it lasts").hasSize(1);
    assertThat(consensus.proposed).as("in order").isEmpty();
    assertThat(wire.asked).isZero();

    reading.remove().run();
    loop.run();
    assertThat(wire.replies()).extracting(StreamReply::getSequence).containsExactly(1L, 2L, 3L);
    assertThat(reading).hasSize(1);
    assertThat(consensus.proposed).hasSize(1);
    reading.remove().run();
    applyAll();
    assertThat(wire.replies()).extracting(StreamReply::getSequence).containsExactly(1L, 2L, 3L, 2L, 3L, 4L);
    assertThat(wire.asked).isEqualTo(1);
  }

  @Test
  void overloadIsNeverAnsweredAndLosesNothing() throws Exception {
    hello();
    consensus.rejectProposals = Rejection.OVERLOADED;
    send(0, incrs(1, 3));
    loop.pass(100);
    assertThat(wire.replies()).isEmpty();
    assertThat(wire.completed).isFalse();
    assertThat(wire.asked).as("not read meanwhile").isZero();
    consensus.rejectProposals = null;
    loop.pass(10);
    assertThat(consensus.proposed).hasSize(3);
    applyAll();
    assertThat(wire.replies()).extracting(r -> r.getIncr().getValue()).containsExactly(1L, 2L, 3L);
    assertThat(wire.asked).isEqualTo(1);
  }

  @Test
  void theBudgetOfAllStreamsHoldsBackAndWakesWhenThereIsRoom() throws Exception {
    streams = new SessionStreams(new ProposalBudget(4, 1L << 40));
    group = newGroup(streams);
    connect();
    hello();
    send(0, incrs(1, 10));
    assertThat(consensus.proposed).hasSize(4);
    for (int i = 0; i < 10 && wire.replies().size() < 10; i++) {
      applyAll();
    }
    assertThat(wire.replies()).hasSize(10);
    assertThat(streams.budget().count()).isZero();
  }

  @Test
  void beatsGoOnWhileNothingIsRead() {
    hello();
    consensus.rejectProposals = Rejection.OVERLOADED;
    send(incr(1));
    loop.pass(1_000);
    assertThat(wire.asked).isZero();
    assertThat(wire.beats()).isEqualTo(3);
  }

  @Test
  void repliesWaitForAWireThatTakesThem() throws Exception {
    hello();
    wire.ready = false;
    send(0, incrs(1, 3));
    applyAll();
    assertThat(wire.replies()).isEmpty();
    wire.ready = true;
    stream.onReady();
    assertThat(wire.replies()).hasSize(3);
  }

  // ---- ends

  @Test
  void lostLeadershipEndsTheStreamAndTheNextOneKnowsMore() throws Exception {
    hello();
    send(0, incrs(1, 2));
    consensus.apply(1);
    consensus.leader = FakeConsensus.OTHER;
    consensus.proposed.remove().callback().unknown();
    loop.run();
    assertThat(wire.replies()).as("what was applied is told").hasSize(1);
    assertThat(wire.end().getError().getReason()).as("never OUTCOME_UNKNOWN: the session will tell")
        .isEqualTo("NOT_LEADER");
    assertThat(streams.count()).isZero();
  }

  @Test
  void aClosedSessionEndsAnIdleStream() throws Exception {
    hello();
    consensus.apply(Commands.closeSession(session));
    loop.pass(400);
    assertThat(wire.end().getError().getReason()).isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void aMutationOfAnExpiredSessionEndsTheStream() throws Exception {
    hello();
    send(incr(1));
    consensus.apply(Commands.closeSession(session));
    applyAll();
    assertThat(wire.end().getError().getReason()).isEqualTo("SESSION_EXPIRED");
  }

  @Test
  void aRequestThatIsNeitherMutationNorReadIsAMistake() {
    hello();
    send(StreamRequest.newBuilder().setSequence(1).setGet(GetRequest.newBuilder().setKey(utf8("n"))).build());
    assertThat(wire.end().getError().getReason()).isEqualTo("BAD_REQUEST");
    connect();
    hello();
    send(StreamRequest.newBuilder()
        .setDelete(DeleteRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(utf8("a"))))
        .build());
    assertThat(wire.end().getError().getReason()).isEqualTo("BAD_REQUEST");
  }

  private static final class IgnoredRenewal implements RenewalCallback {
    @Override
    public void renewed(long revision, long ttlMillis) {
      // not what is tested here
    }

    @Override
    public void gone() {
      throw new AssertionError("gone");
    }

    @Override
    public void failed(io.balsa.proto.v1.Error error) {
      throw new AssertionError(error.getMessage());
    }
  }
}
