package io.balsa.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.error.OutcomeUnknownException;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** K1 and S4: when KeepAlives are sent, and until when the client believes in its session. TTL: 9 s. */
class SessionRenewalTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  /** 9,000 x 0.99 - 50. */
  private static final long VALID_MILLIS = 8_860;

  private final RecordingPort port = new RecordingPort();
  private final SessionCore core = new SessionCore(new SessionOptions(9_000, 1 << 24),
      new LeaderSearch(new Endpoints(List.of("a:1"), AddressResolver.AS_IS, address -> false), new SplittableRandom(1)),
      port, port);
  private long now;
  private long wallAhead;

  private void round(long millis) {
    now += millis * MS;
    core.tick(now, now / MS + wallAhead);
    core.proceed();
  }

  /** Beats come all the time. */
  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      core.beat(core.attempt());
      round(Math.min(100, millis - passed));
    }
  }

  private void ready(long last) {
    core.ready(core.attempt(), StreamReady.newBuilder().setLastSequence(last).setBeatMillis(300).build());
  }

  private void answer(KeepAliveRequest request) {
    core.keptAlive(KeepAliveResponse.newBuilder().setSessionId(7).setRequestId(request.getRequestId())
        .setTtlMillis(9_000).build());
  }

  @BeforeEach
  void connect() {
    core.submit(TestCall.put(0));
    round(0);
    round(40); // the answer takes its time: K1 counts from the sending
    core.opened(1, OpenSessionResponse.newBuilder().setSessionId(7).setTtlMillis(9_000).build());
    ready(0);
  }

  @Test
  void aThirdOfTheTtlAfterTheLastOne() {
    pass(2_900);
    assertThat(port.keepAlives).isEmpty();
    pass(100);
    assertThat(port.keepAlives).hasSize(1);
    pass(2_900);
    assertThat(port.keepAlives).hasSize(1);
    pass(200);
    assertThat(port.keepAlives).hasSize(2).extracting(KeepAliveRequest::getRequestId).doesNotHaveDuplicates();
  }

  @Test
  void k1TheLossIsToldBeforeTheTtlHasPassedSinceTheOpenWasSent() {
    pass(VALID_MILLIS - 41);
    assertThat(port.told).doesNotContain("lost 7");
    round(1);
    assertThat(port.told).contains("lost 7");
  }

  @Test
  void k1AnAnswerExtendsFromTheTimeOfItsOwnRequest() {
    pass(3_000);
    KeepAliveRequest first = port.keepAlives.get(0); // sent at 3,040
    pass(3_100);
    KeepAliveRequest second = port.keepAlives.get(1);
    answer(first);
    pass(2_700 + 3_030 - 40);
    assertThat(port.told).as("at 8,860 the session would have been lost without the first").doesNotContain("lost 7");
    pass(200);
    assertThat(port.told).contains("lost 7");
    answer(second);
    pass(0);
  }

  @Test
  void k1AWallClockThatJumpsAheadTellsEarlyAndOneThatJumpsBackChangesNothing() {
    wallAhead = -100_000;
    pass(VALID_MILLIS - 41);
    assertThat(port.told).doesNotContain("lost 7");
    wallAhead = 1;
    round(0);
    assertThat(port.told).contains("lost 7");
  }

  @Test
  void k1ALostSessionIsToldOnceAndGoesOnBeingTried() {
    pass(20_000);
    assertThat(port.told).containsOnlyOnce("lost 7");
    assertThat(core.sessionId()).isEqualTo(7);
    answer(port.keepAlives.get(port.keepAlives.size() - 1));
    pass(9_000);
    assertThat(port.told.stream().filter("lost 7"::equals)).as("believed again, lost again").hasSize(2);
  }

  @Test
  void anUnansweredOneIsRepeatedAsSoonAsANewLeaderIsFound() {
    pass(3_000);
    core.failed(core.attempt(), Errors.unreachable("killed"));
    round(200);
    ready(0);
    round(0);
    assertThat(port.keepAlives).hasSize(2);
  }

  @Test
  void aBrokenKeepAliveRpcIsRepeatedSoon() {
    pass(3_000);
    core.keepAliveFailed();
    pass(300);
    assertThat(port.keepAlives).hasSize(2);
  }

  @Test
  void s4HalfOfTheBoundOfSequencesIsAcknowledgedAtOnce() {
    for (int i = 1; i < 4_096; i++) {
      core.submit(TestCall.put(i));
    }
    int sent = 0;
    for (ClientFrame frame = core.nextFrame(); frame != null; frame = core.nextFrame()) {
      sent += frame.getRequests().getRequestsCount();
    }
    assertThat(sent).isEqualTo(4_096);
    for (long sequence = 1; sequence < 4_096; sequence++) {
      reply(sequence, 0);
    }
    round(0);
    assertThat(port.keepAlives).isEmpty();
    reply(4_096, 0);
    round(0);
    assertThat(port.keepAlives).hasSize(1);
    assertThat(port.keepAlives.get(0).getLowestAwaited()).isEqualTo(4_097);
    round(0);
    assertThat(port.keepAlives).as("once").hasSize(1);
  }

  @Test
  void s4HalfOfTheBoundOfBytesIsAcknowledgedAtOnce() {
    core.submit(TestCall.put(1));
    core.submit(TestCall.put(2));
    assertThat(core.nextFrame().getRequests().getRequestsCount()).isEqualTo(3);
    reply(1, 1_400_000);
    reply(2, 1_400_000);
    round(0);
    assertThat(port.keepAlives).isEmpty();
    reply(3, 1_400_000);
    round(0);
    assertThat(port.keepAlives).hasSize(1);
  }

  private void reply(long sequence, int bytes) {
    StreamReply.Builder reply = StreamReply.newBuilder().setSequence(sequence);
    reply.getPutBuilder().getPrevKvBuilder().setValue(ByteString.copyFrom(new byte[bytes]));
    core.replies(core.attempt(), StreamReplies.newBuilder().addReplies(reply).build());
  }

  @Test
  void anExpiryHeardByKeepAliveEndsTheSession() {
    TestCall call = TestCall.put(1);
    core.submit(call);
    core.nextFrame();
    pass(3_000);
    core.keptAlive(KeepAliveResponse.newBuilder().setSessionId(7).setRequestId(1)
        .setError(Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.SESSION_EXPIRED, "expired")).build());
    assertThat(call.error).isInstanceOf(OutcomeUnknownException.class);
    assertThat(port.told).contains("expired 7 SESSION_EXPIRED").doesNotContain("lost 7");
    assertThat(core.sessionId()).isZero();
  }
}
