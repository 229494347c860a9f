package io.balsa.client.rpc;

import io.balsa.client.error.Errors;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.session.LockListener;
import io.balsa.client.session.LockRequest;
import io.balsa.client.session.SessionCore;
import io.balsa.proto.v1.LockAcquireRequest;
import io.balsa.proto.v1.LockDescribeRequest;
import io.balsa.proto.v1.LockDescribeResponse;
import io.balsa.proto.v1.LockGrpc;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockListRequest;
import io.balsa.proto.v1.LockListResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Locks: asked for and freed through the session, looked at by unary reads. */
final class SessionLockCalls implements LockCalls {
  /** A wait runs out at the cluster first, on the cluster's clock; the answer needs a moment to come. */
  private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ClientLoop loop;
  private final SessionCore core;
  private final LeaderCalls leaderCalls;
  private final Executor callbacks;
  private final Duration timeout;

  SessionLockCalls(ClientLoop loop, SessionCore core, LeaderCalls leaderCalls, Executor callbacks, Duration timeout) {
    this.loop = loop;
    this.core = core;
    this.leaderCalls = leaderCalls;
    this.callbacks = callbacks;
    this.timeout = timeout;
  }

  @Override
  public void acquire(LockAcquireRequest wanted, Optional<Duration> wait, LockListener listener,
      Consumer<LockRequest> begun) {
    long giveUpAt = wait.map(bound -> Math.max(loop.deadline(bound, ANSWER_NANOS), loop.deadline(timeout, 0)))
        .orElse(Long.MAX_VALUE);
    loop.run(() -> core.locks().acquire(wanted, giveUpAt, listener, begun));
  }

  @Override
  public void run(Runnable action) {
    loop.run(action);
  }

  @Override
  public void callback(Runnable action) {
    callbacks.execute(action);
  }

  @Override
  public boolean isHeld(LockRequest request) {
    return request.isHeld(loop.now(), System.currentTimeMillis());
  }

  @Override
  public CompletableFuture<Void> within(CompletableFuture<Void> release) {
    CompletableFuture<Void> bounded = release.copy();
    loop.after(loop.deadline(timeout, 0) - loop.now(), () -> {
      if (!bounded.isDone()) {
        callbacks.execute(() -> bounded.completeExceptionally(Errors.deadline("", true)));
      }
    });
    return bounded;
  }

  @Override
  public CompletableFuture<Optional<LockInfo>> describe(String name) {
    return leaderCalls.read(LockGrpc.getDescribeMethod(), LockDescribeRequest.newBuilder().setName(name).build(),
        LockDescribeResponse::getHeader,
        response -> response.hasLock() ? Optional.of(response.getLock()) : Optional.empty(), timeout);
  }

  @Override
  public CompletableFuture<LockListResponse> list(LockListRequest request) {
    return leaderCalls.read(LockGrpc.getListMethod(), request, LockListResponse::getHeader, Function.identity(),
        timeout);
  }

  @Override
  public <T> T await(CompletableFuture<T> future, boolean mutation) {
    return Waiting.await(loop, future, mutation);
  }
}
