package io.balsa.server.grpc;

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
import io.balsa.proto.v1.LockReleaseRequest;
import io.balsa.proto.v1.LockReleaseResponse;
import io.balsa.proto.v1.LockRequestId;
import io.balsa.proto.v1.LockState;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.ReadCallback;
import io.balsa.storage.state.LockCallback;
import io.balsa.storage.state.Page;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/**
 * Locks as unary calls. Acquire and Release are numbered mutations of a session (K2). Await answers when the request waits no
 * longer; a caller whose deadline passes first, or whose server loses its leadership, asks again.
 */
public final class LockService extends LockGrpc.LockImplBase {
  /** Each is a small object; a session stream waits more cheaply. */
  static final int AWAITS_MAX = 10_000;
  private static final int LOCKS_PAGE = 1_000;

  private final LockChecks checks;
  private final UnaryCalls calls;
  private final BoundedWaits awaits = new BoundedWaits(AWAITS_MAX);

  LockService(Serving serving, RequestChecks checks, Supplier<Loop> loops) {
    this.checks = checks.locks();
    this.calls = new UnaryCalls(serving, loops);
  }

  @Override
  public void acquire(LockAcquireRequest request, StreamObserver<LockAcquireResponse> observer) {
    calls.mutate(checks.check(request), request.getSession(), () -> Commands.lockAcquire(request), observer,
        (group, result) -> result.getLockAcquire().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void release(LockReleaseRequest request, StreamObserver<LockReleaseResponse> observer) {
    calls.mutate(checks.check(request), request.getSession(), () -> Commands.lockRelease(request), observer,
        (group, result) -> result.getLockRelease().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void await(LockAwaitRequest request, StreamObserver<LockAwaitResponse> observer) {
    UnaryAnswer<LockAwaitResponse> answer = calls.answer(observer);
    Group group = calls.admit(checks.check(request), answer);
    if (group == null) {
      return;
    }
    BoundedWaits.Wait wait = awaits.begin(answer);
    if (wait == null) {
      answer.fail(Errors.tooManyWaiting(group.self(), awaits.max(), "a lock"));
      return;
    }
    // Before the read: from here on no loss of leadership is missed, for a read that comes behind one is rejected.
    wait.whenEnded(group.streams().whileLeading(why -> {
      if (wait.end()) {
        answer.fail(why);
      }
    }));
    group.fresh().readLeading(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        LockRequestId id = request.getRequest();
        wait.whenEnded(group.reads().awaitLock(request.getName(), id.getSessionId(), id.getSequence(),
            new Awaited(group, wait, answer)));
      }

      @Override
      public void rejected(Rejection why) {
        if (wait.end()) {
          answer.fail(group.rejected(why));
        }
      }
    });
  }

  /** What becomes of the request; on the applier's thread, or at once. */
  private record Awaited(Group group, BoundedWaits.Wait place, UnaryAnswer<LockAwaitResponse> answer)
      implements
        LockCallback {
    @Override
    public void held(long token) {
      answer(LockAwaitResponse.newBuilder().setState(LockState.HELD).setToken(token));
    }

    @Override
    public void gone() {
      answer(LockAwaitResponse.newBuilder().setState(LockState.GONE));
    }

    private void answer(LockAwaitResponse.Builder response) {
      if (place.end()) {
        answer.ok(() -> response.setHeader(group.header()).build());
      }
    }
  }

  @Override
  public void describe(LockDescribeRequest request, StreamObserver<LockDescribeResponse> observer) {
    calls.read(checks.check(request), observer, group -> {
      LockInfo lock = group.reads().lock(request.getName());
      return served -> {
        LockDescribeResponse.Builder response = LockDescribeResponse.newBuilder().setHeader(served.header());
        return (lock == null ? response : response.setLock(lock)).build();
      };
    });
  }

  @Override
  public void list(LockListRequest request, StreamObserver<LockListResponse> observer) {
    calls.read(checks.check(request), observer, group -> {
      Page<LockInfo> locks = group.reads().locks(request.getPrefix(), request.getAfterName(),
          LeaseService.page(request.getLimit(), LOCKS_PAGE));
      return served -> LockListResponse.newBuilder().setHeader(served.header()).addAllLocks(locks.items())
          .setMore(locks.more()).build();
    });
  }
}
