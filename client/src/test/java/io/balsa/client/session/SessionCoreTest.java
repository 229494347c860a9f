package io.balsa.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.error.ClientClosedException;
import io.balsa.client.error.DeadlineExceededException;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.error.InvalidRequestException;
import io.balsa.client.error.OutcomeUnknownException;
import io.balsa.client.error.UnavailableException;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the core asks for and what calls end with, input by input. */
class SessionCoreTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final RecordingPort port = new RecordingPort();
  private final SessionCore core = new SessionCore(new SessionOptions(9_000, 1 << 20),
      new LeaderSearch(new Endpoints(List.of("a:1"), AddressResolver.AS_IS, address -> false), new SplittableRandom(1)),
      port, port);
  private long now;

  private void round(long millis) {
    now += millis * MS;
    core.tick(now, now / MS);
    core.proceed();
  }

  /** Opens a session and its first stream. */
  private void connect() {
    core.submit(TestCall.put(0));
    round(0);
    core.opened(1, OpenSessionResponse.newBuilder().setSessionId(7).setTtlMillis(9_000)
        .setHeader(ResponseHeader.newBuilder().setClusterId(5)).build());
    ready(0);
    assertThat(sequences(core.nextFrame())).containsExactly(1L);
    answer(1);
  }

  private void ready(long last) {
    core.ready(core.attempt(), StreamReady.newBuilder().setLastSequence(last).setBeatMillis(300).build());
  }

  private void answer(long... sequences) {
    StreamReplies.Builder replies = StreamReplies.newBuilder();
    for (long sequence : sequences) {
      replies.addReplies(
          StreamReply.newBuilder().setSequence(sequence).setPut(PutResponse.getDefaultInstance()).build());
    }
    core.replies(core.attempt(), replies.build());
  }

  private void end(String reason) {
    core.failed(core.attempt(), Errors.error(ErrorCode.UNAVAILABLE, reason, "over"));
  }

  private static List<Long> sequences(ClientFrame frame) {
    return frame.getRequests().getRequestsList().stream().map(StreamRequest::getSequence).toList();
  }

  private List<StreamRequest> sendAll() {
    List<StreamRequest> sent = new ArrayList<>();
    for (ClientFrame frame = core.nextFrame(); frame != null; frame = core.nextFrame()) {
      sent.addAll(frame.getRequests().getRequestsList());
    }
    return sent;
  }

  private TestCall submit(TestCall call) {
    core.submit(call);
    return call;
  }

  @Test
  void nothingIsOpenedBeforeTheFirstCall() {
    round(0);
    assertThat(port.asked).isEmpty();
    assertThat(core.wakeAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aSessionIsOpenedThenItsStreamAtTheSameNode() {
    connect();
    assertThat(port.asked).containsExactly("open 1 a:1", "stream 2 a:1 session 7 cluster 5");
    assertThat(port.told).containsExactly("connected a:1");
  }

  @Test
  void s4FramesAreStampedWithTheLowestAwaitedWhenTheyAreSent() {
    connect();
    submit(TestCall.put(1));
    submit(TestCall.put(2));
    ClientFrame first = core.nextFrame();
    assertThat(sequences(first)).containsExactly(2L, 3L);
    assertThat(first.getRequests().getLowestAwaited()).isEqualTo(2);
    answer(3); // overtakes 2 (S6)
    submit(TestCall.put(3));
    assertThat(core.nextFrame().getRequests().getLowestAwaited()).isEqualTo(2);
    answer(2);
    submit(TestCall.put(4));
    assertThat(core.nextFrame().getRequests().getLowestAwaited()).isEqualTo(4);
  }

  @Test
  void s4AtMost4096AreUnansweredAndTheRestWait() {
    connect();
    for (int i = 0; i < 5_000; i++) {
      submit(TestCall.put(i));
    }
    assertThat(sendAll()).hasSize(4_096);
    assertThat(core.unanswered()).isEqualTo(4_096);
    answer(3);
    assertThat(sendAll()).as("the span counts, not the number").isEmpty();
    answer(2);
    assertThat(sendAll()).extracting(StreamRequest::getSequence).containsExactly(4_098L, 4_099L);
  }

  @Test
  void s2AfterAReconnectEverythingUnansweredIsSentAgainInOrder() {
    connect();
    for (int i = 1; i <= 4; i++) {
      submit(TestCall.put(i));
    }
    TestCall read = submit(TestCall.get(5));
    submit(TestCall.put(6));
    sendAll();
    answer(3);
    end("");
    round(1_000);
    submit(TestCall.put(7));
    ready(4); // 2 and 4 are applied and their replies were missed; 5 and 6 are not
    List<StreamRequest> again = sendAll();
    assertThat(again).extracting(StreamRequest::getSequence).containsExactly(2L, 4L, 5L, 0L, 6L, 7L);
    assertThat(again.get(3).getAfter()).as("S5: the mutations called before it").isEqualTo(5);
    core.replies(core.attempt(), StreamReplies.newBuilder()
        .addReplies(StreamReply.newBuilder().setReadId(again.get(3).getReadId())).build());
    assertThat(read.completions).isEqualTo(1);
  }

  @Test
  void repeatedAnswersAndThoseOfAnOlderStreamChangeNothing() {
    connect();
    TestCall call = submit(TestCall.put(1));
    sendAll();
    long old = core.attempt();
    answer(2, 2);
    answer(2);
    assertThat(call.completions).isEqualTo(1);
    TestCall next = submit(TestCall.put(2));
    sendAll();
    end("");
    round(1_000);
    core.replies(old, StreamReplies.newBuilder().addReplies(StreamReply.newBuilder().setSequence(3)).build());
    assertThat(next.completions).isZero();
  }

  @Test
  void s3ACallCancelledBeforeItsNumberIsDroppedAndAfterItIsCarriedThrough() {
    connect();
    TestCall numbered = submit(TestCall.put(1));
    sendAll();
    numbered.cancelled = true;
    TestCall queued = submit(TestCall.put(2));
    queued.cancelled = true;
    submit(TestCall.put(3));
    end("");
    round(1_000);
    ready(1);
    assertThat(sendAll()).extracting(r -> r.getPut().getValue().toStringUtf8()).containsExactly("1", "3");
  }

  @Test
  void s3AMutationWhoseDeadlinePassesIsUnknownToItsCallerAndStillCarriedThrough() {
    connect();
    TestCall sent = submit(TestCall.put(1, now + 100 * MS));
    sendAll();
    end("");
    TestCall queued = submit(TestCall.put(2, now + 100 * MS));
    round(101);
    assertThat(sent.error).isInstanceOf(DeadlineExceededException.class);
    assertThat(sent.error.mayHaveBeenApplied()).isTrue();
    assertThat(sent.error.reason()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(queued.error).isInstanceOf(DeadlineExceededException.class).hasMessageContaining("a:1");
    assertThat(queued.error.mayHaveBeenApplied()).isFalse();
    ready(1);
    assertThat(sendAll()).extracting(StreamRequest::getSequence).containsExactly(2L);
    answer(2);
    assertThat(sent.completions).isEqualTo(1);
  }

  @Test
  void aDeadlineIsTheNextRound() {
    connect();
    submit(TestCall.put(1, now + 50 * MS));
    assertThat(core.wakeAt()).isEqualTo(now + 50 * MS);
  }

  @Test
  void sessionExpiredLeavesUnansweredMutationsUnknownAndTheRestGoesToANewSession() {
    connect();
    TestCall mutation = submit(TestCall.put(1));
    TestCall read = submit(TestCall.get(2));
    sendAll();
    TestCall queued = submit(TestCall.put(3));
    end(Errors.SESSION_EXPIRED);
    assertThat(mutation.error).isInstanceOf(OutcomeUnknownException.class);
    assertThat(port.told).containsExactly("connected a:1", "disconnected a:1", "expired 7 SESSION_EXPIRED");
    round(0);
    core.opened(core.attempt(), OpenSessionResponse.newBuilder().setSessionId(8).setTtlMillis(9_000).build());
    ready(0);
    List<StreamRequest> sent = sendAll();
    assertThat(sent).extracting(StreamRequest::getSequence).containsExactly(0L, 1L);
    assertThat(sent.get(0).getAfter()).isZero();
    answer(1);
    assertThat(queued.reply).isNotNull();
    assertThat(read.completions).isZero();
  }

  @Test
  void supersededDoesNotReconnect() {
    connect();
    TestCall mutation = submit(TestCall.put(1));
    sendAll();
    end(Errors.SUPERSEDED);
    assertThat(mutation.error).isInstanceOf(OutcomeUnknownException.class);
    port.asked.clear();
    round(60_000);
    assertThat(port.asked).isEmpty();
    submit(TestCall.put(2));
    round(0);
    assertThat(port.asked).containsExactly("open 3 a:1");
  }

  @Test
  void e4AfterAClusterChangeTheNextSessionBelongsToTheNewCluster() {
    connect();
    end(Errors.CLUSTER_CHANGED);
    submit(TestCall.put(1));
    round(0);
    core.opened(core.attempt(), OpenSessionResponse.newBuilder().setSessionId(1).setTtlMillis(9_000)
        .setHeader(ResponseHeader.newBuilder().setClusterId(6)).build());
    assertThat(port.asked).last().isEqualTo("stream 4 a:1 session 1 cluster 6");
  }

  @Test
  void aReplyThatNothingAppliedEndsTheStreamAndItsNumberStaysOpen() {
    connect();
    TestCall call = submit(TestCall.put(1));
    sendAll();
    Error notLeader = Errors.error(ErrorCode.UNAVAILABLE, Errors.NOT_LEADER, "deposed");
    core.replies(core.attempt(),
        StreamReplies.newBuilder().addReplies(StreamReply.newBuilder().setSequence(2).setError(notLeader)).build());
    assertThat(call.completions).isZero();
    round(1_000);
    ready(1);
    assertThat(sendAll()).extracting(StreamRequest::getSequence).containsExactly(2L);
  }

  @Test
  void aServerThatKnowsOfOtherCallsEndsTheSession() {
    connect();
    TestCall call = submit(TestCall.put(1));
    sendAll();
    end("");
    round(1_000);
    ready(9);
    assertThat(call.error).isInstanceOf(OutcomeUnknownException.class).hasMessageContaining("PROTOCOL");
  }

  @Test
  void aServerThatLostWhatItAnsweredEndsTheSession() {
    connect();
    end("");
    round(1_000);
    ready(0);
    assertThat(port.told).last().isEqualTo("expired 7 PROTOCOL");
  }

  @Test
  void threeMissingBeatsDropTheStreamAndItsConnection() {
    connect();
    port.asked.clear();
    round(899);
    core.beat(core.attempt());
    round(899);
    assertThat(port.asked).isEmpty();
    round(1);
    assertThat(port.asked).as("judged again after what has come meanwhile was read").isEmpty();
    round(20);
    assertThat(port.asked).startsWith("abandon 2", "distrust a:1");
    assertThat(port.told).last().isEqualTo("disconnected a:1");
  }

  @Test
  void aPauseOfTheClientIsNoSilenceOfTheServer() {
    connect();
    port.asked.clear();
    round(5_000);
    core.beat(core.attempt()); // it lay in the socket
    round(20);
    assertThat(port.asked).isEmpty();
  }

  @Test
  void anAttemptWithoutAnAnswerIsGivenUp() {
    submit(TestCall.put(1));
    round(0);
    port.asked.clear();
    round(1_500);
    round(20);
    assertThat(port.asked).startsWith("abandon 1", "distrust a:1");
    round(3_100);
    assertThat(port.asked).last().isEqualTo("open 2 a:1");
  }

  @Test
  void wrongSequenceReconnectsHere() {
    connect();
    submit(TestCall.put(1));
    sendAll();
    core.beat(core.attempt());
    end(Errors.WRONG_SEQUENCE);
    round(30);
    assertThat(port.asked).last().isEqualTo("stream 3 a:1 session 7 cluster 5");
  }

  @Test
  void aSessionThatTheClusterRefusesFailsWhatWaitsForIt() {
    TestCall call = submit(TestCall.put(1));
    round(0);
    core.failed(1, Errors.error(ErrorCode.INVALID_ARGUMENT, "BAD_REQUEST", "the TTL is too long"));
    assertThat(call.error).isInstanceOf(InvalidRequestException.class).hasMessageContaining("TTL");
  }

  @Test
  void whatIsHeldIsBounded() {
    TestCall refused = null;
    for (int i = 0; i < 100_000 && (refused == null || refused.completions == 0); i++) {
      refused = submit(TestCall.put(i));
    }
    assertThat(refused.error).isInstanceOf(UnavailableException.class).hasMessageContaining("CLIENT_OVERLOADED");
    assertThat(refused.error.mayHaveBeenApplied()).isFalse();
  }

  @Test
  void closingEndsEveryCallOnce() {
    connect();
    TestCall sent = submit(TestCall.put(1));
    TestCall read = submit(TestCall.get(2));
    sendAll();
    TestCall queued = submit(TestCall.put(3));
    core.close();
    core.close();
    TestCall late = submit(TestCall.put(4));
    for (TestCall call : List.of(sent, read, queued, late)) {
      assertThat(call.completions).isEqualTo(1);
      assertThat(call.error).isInstanceOf(ClientClosedException.class);
      assertThat(call.error.mayHaveBeenApplied()).isEqualTo(call == sent);
    }
    port.asked.clear();
    round(60_000);
    assertThat(port.asked).isEmpty();
  }
}
