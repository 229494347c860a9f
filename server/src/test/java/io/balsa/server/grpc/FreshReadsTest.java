package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.PutRequest;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.ReadCallback;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R1, on a clock that the test moves, and which passes the end of its range meanwhile: nothing may depend on its zero. */
class FreshReadsTest {
  private static final long MS = 1_000_000;
  private static final Consistency LINEARIZABLE = Consistency.getDefaultInstance();

  private FakeConsensus consensus;

  @BeforeEach
  void start() throws Exception {
    consensus = new FakeConsensus();
    consensus.answerReadsAtOnce = false;
    consensus.leader = FakeConsensus.OTHER;
  }

  private static Consistency stale(long maxAgeMillis) {
    return stale(maxAgeMillis, 0);
  }

  private static Consistency stale(long maxAgeMillis, long minRevision) {
    return Consistency.newBuilder()
        .setStale(Consistency.Stale.newBuilder().setMaxAgeMillis(maxAgeMillis).setMinRevision(minRevision)).build();
  }

  /** What one read hears: "ready", or the reason of its refusal. */
  private static final class Heard implements FreshReads.Outcome {
    final List<String> heard = new ArrayList<>();
    Error error = Error.getDefaultInstance();

    @Override
    public void ready() {
      heard.add("ready");
    }

    @Override
    public void refused(Error why) {
      heard.add(why.getReason());
      error = why;
    }
  }

  private Heard read(Consistency consistency) {
    return read(consistency, 0);
  }

  private Heard read(Consistency consistency, long revision) {
    Heard heard = new Heard();
    consensus.fresh.read(consistency, revision, heard);
    return heard;
  }

  private void pass(long millis) {
    consensus.nanos += millis * MS;
  }

  /** A read that was asked and answered now. */
  private void learn() {
    Heard read = read(LINEARIZABLE);
    consensus.answerReads();
    assertThat(read.heard).containsExactly("ready");
  }

  private void put() throws Exception {
    consensus.apply(Commands.put(PutRequest.newBuilder().setKey(ServiceFixture.utf8("k")).build()));
  }

  @Test
  void aLinearizableReadAsksHoweverFreshTheStateIs() {
    learn();
    Heard read = read(LINEARIZABLE);
    assertThat(read.heard).isEmpty();
    consensus.answerReads();
    assertThat(read.heard).containsExactly("ready");
  }

  @Test
  void aStaleReadAsksNothingWhileWhatWasLearnedIsYoungEnough() {
    learn();
    pass(2_000);
    assertThat(read(stale(2_000)).heard).containsExactly("ready");
    assertThat(consensus.reads).isEmpty();
    assertThat(consensus.fresh.servedAtOnce()).isEqualTo(1);
    pass(1);
    Heard read = read(stale(2_000));
    assertThat(read.heard).isEmpty();
    consensus.answerReads();
    assertThat(read.heard).containsExactly("ready");
    assertThat(read(stale(2_000)).heard).as("that one learned something too").containsExactly("ready");
  }

  @Test
  void whoeverLearnedNothingYetAsks() {
    assertThat(read(stale(Long.MAX_VALUE)).heard).isEmpty();
    assertThat(consensus.reads).hasSize(1);
  }

  /** The node stood still between request and answer: what the answer proves is as old as the request. */
  @Test
  void aPauseBetweenRequestAndAnswerCounts() {
    read(LINEARIZABLE);
    pass(10_000);
    consensus.answerReads();
    assertThat(read(stale(9_999)).heard).isEmpty();
    assertThat(read(stale(10_000)).heard).containsExactly("ready");
  }

  /** Answers may come in any order; the newest request counts. */
  @Test
  void anOlderRequestThatIsAnsweredLaterTakesNothingBack() {
    read(LINEARIZABLE);
    pass(10_000);
    read(LINEARIZABLE);
    consensus.reads.remove(1).ready(0);
    consensus.answerReads();
    assertThat(read(stale(0)).heard).containsExactly("ready");
  }

  @Test
  void whatALeaderLearnsForItsStreamsCountsToo() {
    consensus.leader = FakeConsensus.SELF;
    consensus.fresh.readLeading(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
      }

      @Override
      public void rejected(Rejection why) {
        throw new AssertionError(why);
      }
    });
    consensus.answerReads();
    assertThat(read(stale(0)).heard).containsExactly("ready");
  }

  @Test
  void withoutALeaderItIsTooStaleWhenItIsTooOldAndNotBefore() {
    learn();
    consensus.rejectReads = Rejection.NO_LEADER;
    pass(500);
    assertThat(read(stale(500)).heard).containsExactly("ready");
    Heard old = read(stale(499));
    assertThat(old.heard).containsExactly("TOO_STALE");
    assertThat(old.error.getCode()).isEqualTo(Reason.TOO_STALE.code().value());
    assertThat(old.error.getMessage()).contains("499 ms", "knows no leader");
    assertThat(read(LINEARIZABLE).heard).containsExactly("NO_LEADER");
  }

  @Test
  void whoeverCannotServeSaysWhoLeads() {
    consensus.rejectReads = Rejection.NOT_LEADER;
    Heard stale = read(stale(1));
    assertThat(stale.heard).containsExactly("TOO_STALE");
    assertThat(stale.error.getDetailsList()).extracting(Error.Detail::getValue).containsExactly("n2", "c2");
    Heard linearizable = read(LINEARIZABLE);
    assertThat(linearizable.heard).containsExactly("NOT_LEADER");
    assertThat(linearizable.error.getDetailsList()).extracting(Error.Detail::getValue).containsExactly("n2", "c2");
  }

  @Test
  void whatIsWrongWithThisNodeIsNoMatterOfAge() {
    consensus.rejectReads = Rejection.OVERLOADED;
    assertThat(read(stale(1)).heard).containsExactly("OVERLOADED");
    consensus.rejectReads = Rejection.STOPPING;
    assertThat(read(stale(1)).heard).containsExactly("STOPPING");
  }

  /** Who has seen a revision elsewhere is not sent back, however stale it may be. */
  @Test
  void aRevisionSeenElsewhereIsWaitedFor() throws Exception {
    learn();
    Heard read = read(stale(60_000, 2));
    assertThat(read.heard).isEmpty();
    put();
    consensus.answerReads();
    assertThat(read.heard).containsExactly("ready");
    assertThat(read(stale(60_000, 2)).heard).containsExactly("ready");
  }

  @Test
  void aRevisionThatDoesNotExistIsTooStale() {
    Heard read = read(stale(60_000, 2));
    consensus.answerReads();
    assertThat(read.heard).containsExactly("TOO_STALE");
    assertThat(read.error.getMessage()).contains("min_revision is 2").contains("revision 1");
  }

  /** R3: a revision is only called future after a read index. */
  @Test
  void aRevisionToReadAtThatIsNotHereYetCostsAQuestion() throws Exception {
    learn();
    Heard read = read(stale(60_000), 2);
    assertThat(read.heard).isEmpty();
    consensus.answerReads();
    assertThat(read.heard).as("the read itself will say FUTURE_REVISION").containsExactly("ready");
    put();
    assertThat(read(stale(60_000), 2).heard).containsExactly("ready");
  }

  @Test
  void anAgeBeyondAllMeasureIsAnyAge() {
    learn();
    pass(3_600_000);
    assertThat(read(stale(-1)).heard).as("2^64 - 1, unsigned").containsExactly("ready");
  }
}
