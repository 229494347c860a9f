package io.balsa.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.error.BalsaException;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.LeaseGrantResponse;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAcquireResponse;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** K1 and K2, step by step: who is told what, and by which answer. TTL: 9 s. */
class LockAndLeaseCoreTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long TTL_MILLIS = 9_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final RecordingPort port = new RecordingPort();
  private final SessionCore core = new SessionCore(new SessionOptions(TTL_MILLIS, 1 << 24),
      new LeaderSearch(new Endpoints(List.of("a:1"), AddressResolver.AS_IS, address -> false), new SplittableRandom(1)),
      port, port);
  private final Told told = new Told();
  private long now;

  /** Writes down what it hears. */
  private static final class Told implements LockListener, LeaseListener {
    final List<String> all = new ArrayList<>();

    @Override
    public void granted(long token) {
      all.add("granted " + token);
    }

    @Override
    public void notObtained(BalsaException error) {
      all.add("not obtained " + error.getMessage());
    }

    @Override
    public void lost(String reason) {
      all.add("lost");
    }

    @Override
    public void released(@Nullable BalsaException unknown) {
      all.add("released");
    }

    @Override
    public void alive() {
      all.add("alive");
    }

    @Override
    public void notGranted(BalsaException error) {
      all.add("not granted " + error.getMessage());
    }
  }

  private void round(long millis) {
    now += millis * MS;
    core.tick(now, now / MS);
    core.proceed();
  }

  /** Beats come all the time, and no renewal is answered. */
  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      core.beat(core.attempt());
      round(Math.min(100, millis - passed));
    }
  }

  private List<Long> sent() {
    List<Long> sequences = new ArrayList<>();
    for (ClientFrame frame = core.nextFrame(); frame != null; frame = core.nextFrame()) {
      frame.getRequests().getRequestsList().forEach(request -> sequences.add(request.getSequence()));
    }
    return sequences;
  }

  private void reply(StreamReply.Builder reply) {
    core.replies(core.attempt(), StreamReplies.newBuilder().addReplies(reply).build());
  }

  private void answer(LeaseKeepAliveRequest request) {
    core.leaseKeptAlive(LeaseKeepAliveResponse.newBuilder().setLeaseId(request.getLeaseId())
        .setRequestId(request.getRequestId()).setTtlMillis(TTL_MILLIS).build());
  }

  @BeforeEach
  void connect() {
    core.submit(TestCall.put(0));
    round(0);
    core.opened(1, OpenSessionResponse.newBuilder().setSessionId(7).setTtlMillis(TTL_MILLIS).build());
    core.ready(core.attempt(), StreamReady.newBuilder().setBeatMillis(300).build());
    sent();
  }

  private LockRequest held() {
    LockRequest request = core.locks().acquire(
        LockAcquireRequest.newBuilder().setName("l").setMode(LockMode.EXCLUSIVE).build(), NEVER, told);
    reply(StreamReply.newBuilder().setSequence(sent().get(0))
        .setLockAcquire(LockAcquireResponse.newBuilder().setState(LockState.HELD).setToken(5)));
    assertThat(told.all).containsExactly("granted 5");
    return request;
  }

  private LeaseHandle granted() {
    LeaseHandle lease = core.leases().grant(TTL_MILLIS, true, NEVER, told);
    reply(StreamReply.newBuilder().setSequence(sent().get(0))
        .setLeaseGrant(LeaseGrantResponse.newBuilder().setLeaseId(4).setTtlMillis(TTL_MILLIS)));
    assertThat(told.all).containsExactly("alive");
    return lease;
  }

  @Test
  void theOwnerOfALockHearsOfItsLoss() {
    held();
    pass(TTL_MILLIS);
    assertThat(told.all).containsExactly("granted 5", "lost");
  }

  /** The owner has given it up on another thread, and this one has not come to the release. */
  @Test
  void whoGaveALockUpHearsOfNoLoss() {
    LockRequest request = held();
    request.giveUp();
    pass(TTL_MILLIS);
    request.release();
    assertThat(told.all).containsExactly("granted 5");
  }

  @Test
  void whoGaveALockUpHearsOfNoEndOfItsSession() {
    LockRequest request = held();
    request.giveUp();
    core.close();
    assertThat(told.all).containsExactly("granted 5", "released");
  }

  @Test
  void theOwnerOfALeaseHearsOfItsLossAndItIsRevoked() {
    granted();
    pass(TTL_MILLIS);
    assertThat(told.all).containsExactly("alive", "lost");
    assertThat(sent()).as("the revoke").hasSize(1);
  }

  /** One that was detached lives on for its TTL. */
  @Test
  void whoGaveALeaseUpHearsOfNoLossAndItIsNotRevoked() {
    LeaseHandle lease = granted();
    lease.giveUp();
    pass(TTL_MILLIS);
    core.leases().drop(lease);
    assertThat(told.all).containsExactly("alive");
    assertThat(sent()).isEmpty();
  }

  /** K1: "each with its own id", also when the same lease is kept alive once more. */
  @Test
  void theAnswerToARenewalOfAnEarlierAttachmentVouchesForNothing() {
    LeaseHandle first = core.leases().attach(4, true, NEVER, told);
    round(1);
    LeaseKeepAliveRequest late = port.leaseKeepAlives.get(0);
    core.leases().drop(first);
    pass(5_000);
    Told secondTold = new Told();
    core.leases().attach(4, true, NEVER, secondTold);
    round(1);
    answer(late);
    assertThat(secondTold.all).as("that renewal was sent five seconds before").isEmpty();
    answer(port.leaseKeepAlives.get(1));
    assertThat(secondTold.all).containsExactly("alive");
  }

  /** Whether there is such a lease is not known: nobody has answered. */
  @Test
  void anAttachmentThatNobodyAnswersSaysNothingOfTheLease() {
    core.leases().attach(4, true, now + 1_000 * MS, told);
    pass(1_100);
    assertThat(told.all).singleElement().asString().startsWith("not granted DEADLINE_EXCEEDED")
        .doesNotContain("exists");
  }

  @Test
  void aClosedClientAttachesToNothing() {
    core.close();
    core.leases().attach(4, true, NEVER, told);
    core.leases().grant(TTL_MILLIS, true, NEVER, told);
    assertThat(told.all).hasSize(2).allMatch(what -> what.startsWith("not granted CLIENT_CLOSED"));
  }
}
