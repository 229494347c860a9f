package io.balsa.server.sim;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Fence;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockAcquireResponse;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockMode;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockRequestInfo;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.raft.sim.Violation;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each rule that locks are held to, from both views, can fail. */
class LockWatchTest {
  private static final String LOCK = "mutex/0";

  private final LockWatch watch = new LockWatch();

  /**
   * At this index a session asked.
   *
   * @param token 0: it waits
   */
  private void asks(long index, long session, long token) {
    LockAcquireResponse.Builder response = token == 0 ? LockAcquireResponse.newBuilder().setState(LockState.WAITING)
        : LockAcquireResponse.newBuilder().setState(LockState.HELD).setToken(token);
    watch.command(index, Command.newBuilder().setSessionId(session).setSequence(index)
        .setLockAcquire(LockAcquireRequest.newBuilder().setName(LOCK).setOwner("o")).build(),
        Result.newBuilder().setLockAcquire(response).build());
  }

  private void writes(long index, long token) {
    writes(index, index, token);
  }

  private void writes(long index, long sequence, long token) {
    writes(index, 7, sequence, token);
  }

  private void writes(long index, long session, long sequence, long token) {
    watch.command(index,
        Command.newBuilder().setSessionId(session).setSequence(sequence)
            .setPut(PutRequest.newBuilder().setFence(Fence.newBuilder().setLock(LOCK).setToken(token)))
            .build(),
        Result.newBuilder().setPut(PutResponse.getDefaultInstance()).build());
  }

  private static LockRequestInfo.Builder request(long index, long session) {
    return LockRequestInfo.newBuilder().setOwner("o")
        .setRequest(LockRequestId.newBuilder().setSessionId(session).setSequence(index));
  }

  private void mustBreak(String text, ThrowingCallable step) {
    assertThatThrownBy(step).isInstanceOf(Violation.class).hasMessageContaining(text);
  }

  @Test
  void whatMayBeIsLetPass() {
    asks(1, 7, 1);
    asks(2, 8, 0);
    asks(3, 7, 1); // re-entry
    writes(4, 1);
    assertThatCode(() -> watch.look(LockInfo.newBuilder().setName(LOCK).setMode(LockMode.EXCLUSIVE)
        .addHolders(request(1, 7).setToken(1)).addHolders(request(3, 7).setToken(1)).addQueue(request(2, 8)).build()))
        .doesNotThrowAnyException();
    assertThatCode(() -> watch.look(LockInfo.newBuilder().setName(LOCK).setMode(LockMode.EXCLUSIVE)
        .addHolders(request(2, 8).setToken(2)).build())).doesNotThrowAnyException();
    writes(5, 2);
  }

  /** Between two looks: the queue gave 8 its token, another lock gave one after that, and 8 came again. */
  @Test
  void aReentryMayRepeatATokenThatTheQueueGaveSinceTheLastLook() {
    asks(1, 7, 1);
    asks(2, 8, 0);
    watch.command(4, Command.newBuilder().setSessionId(9).setSequence(4)
        .setLockAcquire(LockAcquireRequest.newBuilder().setName("mutex/1").setOwner("o")).build(),
        Result.newBuilder()
            .setLockAcquire(LockAcquireResponse.newBuilder().setState(LockState.HELD).setToken(3)).build());
    assertThatCode(() -> asks(5, 8, 2)).doesNotThrowAnyException();
    mustBreak("token 2 was given to", () -> asks(6, 7, 2));
  }

  @Test
  void twoHoldersAreFound() {
    asks(1, 7, 1);
    asks(2, 8, 2);
    mustBreak("held exclusively", () -> watch.look(LockInfo.newBuilder().setName(LOCK).setMode(LockMode.EXCLUSIVE)
        .addHolders(request(1, 7).setToken(1)).addHolders(request(2, 8).setToken(2)).build()));
  }

  @Test
  void aTokenThatDoesNotGrowIsFound() {
    asks(1, 7, 5);
    mustBreak("was granted token 4", () -> asks(2, 8, 4));
    mustBreak("token 5 was given to", () -> asks(3, 9, 5));
  }

  @Test
  void whoOvertakesIsFound() {
    asks(1, 7, 0);
    asks(2, 8, 1);
    mustBreak("has been waiting for longer", () -> watch.look(LockInfo.newBuilder().setName(LOCK)
        .setMode(LockMode.EXCLUSIVE).addHolders(request(2, 8).setToken(1)).addQueue(request(1, 7)).build()));
  }

  @Test
  void aQueueOutOfOrderIsFound() {
    asks(1, 7, 0);
    asks(2, 8, 0);
    mustBreak("out of order",
        () -> watch.look(LockInfo.newBuilder().setName(LOCK).addQueue(request(2, 8)).addQueue(request(1, 7)).build()));
  }

  @Test
  void aWriteWithAnOldTokenIsFound() {
    writes(1, 2);
    mustBreak("a write with token 1", () -> writes(2, 1));
  }

  /** Its reply was lost, it is sent again, and others hold the lock by then. */
  @Test
  void aWriteThatIsAskedForAgainHasNotLandedAgain() {
    writes(1, 11, 1);
    writes(2, 12, 2);
    assertThatCode(() -> writes(3, 11, 1)).doesNotThrowAnyException();
    mustBreak("a write with token 1", () -> writes(4, 13, 1));
    writes(5, 0, 0, 2);
    mustBreak("a write with token 1", () -> writes(6, 0, 0, 1)); // without a session nothing is asked again
  }

  private record View(String who, boolean shared, boolean isHeld) implements LockUse.Held {
    @Override
    public String lock() {
      return LOCK;
    }
  }

  @Test
  void twoWhoBelieveToHoldALockAreFound() {
    View exclusive = new View("a", false, true);
    List<View> others = List.of(new View("b", false, true));
    mustBreak("is held by", () -> LockUse.judgeGrant(exclusive, others));
    mustBreak("is held by", () -> LockUse.judgeGrant(new View("a", true, true), others));
    assertThatCode(
        () -> LockUse.judgeGrant(exclusive, List.of(new View("b", false, false), new View("a", false, true))))
        .doesNotThrowAnyException();
    assertThatCode(() -> LockUse.judgeGrant(new View("a", true, true), List.of(new View("b", true, true))))
        .doesNotThrowAnyException();
  }
}
