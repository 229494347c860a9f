package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAcquireResponse;
import io.balsa.proto.v1.LockAwaitRequest;
import io.balsa.proto.v1.LockAwaitResponse;
import io.balsa.proto.v1.LockDescribeRequest;
import io.balsa.proto.v1.LockDescribeResponse;
import io.balsa.proto.v1.LockGrpc;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockListRequest;
import io.balsa.proto.v1.LockListResponse;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockReleaseResponse;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.PutRequest;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Locks as unary calls, against the real state machine. */
class LockServiceTest extends ServiceFixture {
  private long alice;
  private long bob;

  @Override
  BindableService service() {
    return new LockService(serving, checks, () -> loop);
  }

  @BeforeEach
  void openSessions() throws Exception {
    alice = openSession(10_000);
    bob = openSession(20_000);
  }

  private LockGrpc.LockFutureStub locks() {
    return LockGrpc.newFutureStub(channel);
  }

  private static LockAcquireRequest.Builder acquire(String name, long session, long sequence) {
    return LockAcquireRequest.newBuilder().setName(name).setMode(LockMode.EXCLUSIVE)
        .setSession(numbered(session, sequence));
  }

  private static LockRequestId id(long session, long sequence) {
    return LockRequestId.newBuilder().setSessionId(session).setSequence(sequence).build();
  }

  private LockAcquireResponse acquired(String name, long session, long sequence) throws Exception {
    return answer(locks().acquire(acquire(name, session, sequence).build()));
  }

  private ListenableFuture<LockAwaitResponse> await(String name, long session, long sequence) {
    return begin(
        locks().await(LockAwaitRequest.newBuilder().setName(name).setRequest(id(session, sequence)).build()));
  }

  private LockReleaseResponse release(String name, LockRequestId request, long session, long sequence)
      throws Exception {
    return answer(locks().release(LockReleaseRequest.newBuilder().setName(name).setRequest(request)
        .setSession(numbered(session, sequence)).build()));
  }

  @Test
  void aWaiterIsToldWhenItsTurnComes() throws Exception {
    LockAcquireResponse held = acquired("l", alice, 1);
    assertThat(held.getState()).isEqualTo(LockState.HELD);
    assertThat(held.getRequest()).isEqualTo(id(alice, 1));
    LockAcquireResponse waiting = acquired("l", bob, 1);
    assertThat(waiting.getState()).isEqualTo(LockState.WAITING);
    ListenableFuture<LockAwaitResponse> turn = await("l", bob, 1);
    assertThat(turn.isDone()).isFalse();
    assertThat(release("l", id(alice, 1), alice, 2).getWas()).isEqualTo(LockState.HELD);
    assertThat(turn.get().getState()).isEqualTo(LockState.HELD);
    assertThat(turn.get().getToken()).as("K4").isGreaterThan(held.getToken());
    assertThat(turn.get().getHeader().getRevision()).as("A5: locks add none").isEqualTo(1);
    assertThat(await("l", bob, 1).get()).as("asked again").isEqualTo(turn.get());
    assertThat(release("l", id(alice, 1), alice, 3).getWas()).as("idempotent").isEqualTo(LockState.GONE);
  }

  @Test
  void anAcquireIsAppliedOnceAndItsStoredReplyIsItsStateThen() throws Exception {
    acquired("l", alice, 1);
    acquired("l", bob, 1);
    release("l", id(alice, 1), alice, 2);
    assertThat(acquired("l", bob, 1).getState()).as("K2: as it was right after it was applied")
        .isEqualTo(LockState.WAITING);
    assertThat(await("l", bob, 1).get().getState()).isEqualTo(LockState.HELD);
  }

  @Test
  void whoEndsWhileItWaitsIsTold() throws Exception {
    acquired("l", alice, 1);
    answer(locks().acquire(acquire("l", bob, 1).setWaitMillis(1_000).build()));
    ListenableFuture<LockAwaitResponse> turn = await("l", bob, 1);
    consensus.clock(1_000);
    loop.run();
    assertThat(turn.get().getState()).isEqualTo(LockState.GONE);
  }

  @Test
  void theHoldersEndGivesTheLockToTheNext() throws Exception {
    acquired("l", alice, 1);
    acquired("l", bob, 1);
    ListenableFuture<LockAwaitResponse> turn = await("l", bob, 1);
    consensus.clock(10_000);
    loop.run();
    assertThat(turn.get().getState()).isEqualTo(LockState.HELD);
    assertThat(await("l", alice, 1).get().getState()).isEqualTo(LockState.GONE);
  }

  @Test
  void anAcquireThatIsNotToWaitIsGone() throws Exception {
    acquired("l", alice, 1);
    assertThat(answer(locks().acquire(acquire("l", bob, 1).setWaitMillis(0).build())).getState())
        .isEqualTo(LockState.GONE);
  }

  @Test
  void refusals() throws Exception {
    assertThat(refused(locks().acquire(acquire("l", alice, 1).clearSession().build()))).isEqualTo("SESSION_REQUIRED");
    assertThat(refused(locks().acquire(acquire("", alice, 1).build()))).isEqualTo("LOCK_NAME_EMPTY");
    answer(locks().acquire(acquire("l", alice, 1).setMode(LockMode.SHARED).setPermits(2).setOwner("o").build()));
    assertThat(refused(locks().acquire(acquire("l", alice, 2).setOwner("o").build()))).isEqualTo("LOCK_UPGRADE");
    assertThat(refused(locks().acquire(acquire("l", bob, 1).setMode(LockMode.SHARED).setPermits(3).build())))
        .isEqualTo("PERMITS_DIFFER");
    assertThat(refused(locks().acquire(acquire("l", bob, 7).build()))).isEqualTo("WRONG_SEQUENCE");
    assertThat(refused(locks().release(LockReleaseRequest.newBuilder().setName("l").setRequest(id(alice, 1))
        .setSession(numbered(bob, 2)).build()))).isEqualTo("BAD_REQUEST");
  }

  // ---- Await

  @Test
  void anAwaitOfARequestToComeWaitsForIt() throws Exception {
    ListenableFuture<LockAwaitResponse> early = await("l", alice, 1);
    assertThat(early.isDone()).isFalse();
    acquired("l", alice, 1);
    assertThat(early.get().getState()).isEqualTo(LockState.HELD);
  }

  @Test
  void anAwaitThatLeavesIsForgottenAndThereArePlacesForSomeOnly() throws Exception {
    acquired("l", alice, 1);
    acquired("l", bob, 1);
    ListenableFuture<LockAwaitResponse> first = await("l", bob, 1);
    for (int i = 1; i < LockService.AWAITS_MAX; i++) {
      assertThat(await("l", bob, 1).isDone()).isFalse();
    }
    assertThat(refused(await("l", bob, 1))).isEqualTo("OVERLOADED");
    first.cancel(true);
    assertThat(await("l", bob, 1).isDone()).as("its place is free").isFalse();
  }

  @Test
  void anAwaitEndsAtItsCallersDeadline() throws Exception {
    acquired("l", alice, 1);
    acquired("l", bob, 1);
    ListenableFuture<LockAwaitResponse> call = LockGrpc.newFutureStub(channel)
        .withDeadlineAfter(50, TimeUnit.MILLISECONDS)
        .await(LockAwaitRequest.newBuilder().setName("l").setRequest(id(bob, 1)).build());
    loop.run();
    assertThat(call).failsWithin(Duration.ofSeconds(10));
    release("l", id(alice, 1), alice, 2); // and nobody is called who has left
    assertThat(await("l", bob, 1).get().getState()).isEqualTo(LockState.HELD);
  }

  /** Who lost its leadership would wait for entries that it may never get. */
  @Test
  void anAwaitEndsWithLeadership() throws Exception {
    acquired("l", alice, 1);
    acquired("l", bob, 1);
    ListenableFuture<LockAwaitResponse> call = await("l", bob, 1);
    streams.endAll(Errors.error(Reason.NOT_LEADER, "n2 does"));
    assertThat(refused(call)).isEqualTo("NOT_LEADER");
    consensus.leader = FakeConsensus.OTHER; // which serves reads, but hears of no leadership lost
    assertThat(refused(await("l", bob, 1))).isEqualTo("NOT_LEADER");
  }

  // ---- Describe and List

  @Test
  void aLockIsDescribedWithItsHoldersAndQueue() throws Exception {
    LockDescribeRequest ask = LockDescribeRequest.newBuilder().setName("l").build();
    assertThat(begin(locks().describe(ask)).get().hasLock()).isFalse();
    answer(locks().acquire(acquire("l", alice, 1).setOwner("me").build()));
    answer(locks().acquire(acquire("l", bob, 1).setWaitMillis(5_000).build()));
    consensus.clock(2_000);
    LockDescribeResponse described = begin(locks().describe(ask)).get();
    assertThat(described.getHeader().getMemberId()).isEqualTo("n1");
    LockInfo lock = described.getLock();
    assertThat(lock.getMode()).isEqualTo(LockMode.EXCLUSIVE);
    assertThat(lock.getHoldersList()).singleElement().satisfies(holder -> {
      assertThat(holder.getRequest()).isEqualTo(id(alice, 1));
      assertThat(holder.getOwner()).isEqualTo("me");
      assertThat(holder.getSinceMillis()).isEqualTo(2_000);
      assertThat(holder.getToken()).isPositive();
    });
    assertThat(lock.getQueueList()).singleElement().satisfies(waiter -> {
      assertThat(waiter.getRequest()).isEqualTo(id(bob, 1));
      assertThat(waiter.getWaitMillis()).isEqualTo(3_000);
    });
  }

  @Test
  void locksAreListedByNameInPages() throws Exception {
    acquired("b", alice, 1);
    acquired("a/1", alice, 2);
    acquired("a/2", bob, 1);
    acquired("a/3", bob, 2);
    LockListResponse page = begin(locks().list(LockListRequest.newBuilder().setPrefix("a/").setLimit(2).build())).get();
    assertThat(page.getLocksList()).extracting(LockInfo::getName).containsExactly("a/1", "a/2");
    assertThat(page.getMore()).isTrue();
    LockListResponse rest = begin(
        locks().list(LockListRequest.newBuilder().setPrefix("a/").setAfterName("a/2").build()))
        .get();
    assertThat(rest.getLocksList()).extracting(LockInfo::getName).containsExactly("a/3");
    assertThat(rest.getMore()).isFalse();
  }

  // ---- what they are for

  @Test
  void aFencedPutLandsOnlyWhileTheLockIsHeldWithItsToken() throws Exception {
    long token = acquired("l", alice, 1).getToken();
    PutRequest put = PutRequest.newBuilder().setKey(utf8("k"))
        .setFence(Fence.newBuilder().setLock("l").setToken(token)).build();
    assertThat(consensus.apply(Commands.put(put)).hasPut()).isTrue();
    release("l", id(alice, 1), alice, 2);
    acquired("l", bob, 1);
    assertThat(consensus.apply(Commands.put(put)).getError().getReason()).isEqualTo("FENCED");
  }
}
