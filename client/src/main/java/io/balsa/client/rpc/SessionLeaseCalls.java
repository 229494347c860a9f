package io.balsa.client.rpc;

import io.balsa.client.error.BalsaException;
import io.balsa.client.lease.LeaseCalls;
import io.balsa.client.session.LeaseHandle;
import io.balsa.client.session.LeaseListener;
import io.balsa.client.session.SessionCore;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseListResponse;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.LeaseTimeToLiveResponse;
import io.balsa.proto.v1.StreamRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Leases: granted and revoked through the session, renewed by an RPC of their own, looked at by unary reads. */
final class SessionLeaseCalls implements LeaseCalls {
  private final ClientLoop loop;
  private final SessionCore core;
  private final SessionKvCalls session;
  private final LeaderCalls leaderCalls;
  private final Executor callbacks;
  private final Duration timeout;

  SessionLeaseCalls(ClientLoop loop, SessionCore core, SessionKvCalls session, LeaderCalls leaderCalls,
      Executor callbacks, Duration timeout) {
    this.loop = loop;
    this.core = core;
    this.session = session;
    this.leaderCalls = leaderCalls;
    this.callbacks = callbacks;
    this.timeout = timeout;
  }

  private long deadline() {
    return loop.deadline(timeout, 0);
  }

  @Override
  public void grant(long ttlMillis, boolean background, LeaseListener listener, Consumer<LeaseHandle> begun) {
    long deadline = deadline();
    loop.run(() -> begun.accept(core.leases().grant(ttlMillis, background, deadline, listener)));
  }

  @Override
  public void attach(long id, boolean background, LeaseListener listener, Consumer<LeaseHandle> begun) {
    long deadline = deadline();
    loop.run(() -> begun.accept(core.leases().attach(id, background, deadline, listener)));
  }

  @Override
  public CompletableFuture<Void> renew(LeaseHandle lease) {
    CompletableFuture<@Nullable Void> renewed = new CompletableFuture<>();
    long deadline = deadline();
    loop.run(() -> core.leases().renew(lease, deadline, error -> end(renewed, error)));
    return renewed;
  }

  private void end(CompletableFuture<@Nullable Void> renewed, @Nullable BalsaException error) {
    callbacks.execute(() -> {
      if (error == null) {
        renewed.complete(null);
      } else {
        renewed.completeExceptionally(error);
      }
    });
  }

  @Override
  public void drop(LeaseHandle lease) {
    loop.run(() -> core.leases().drop(lease));
  }

  @Override
  public boolean isAlive(LeaseHandle lease) {
    return lease.isAlive(loop.now(), System.currentTimeMillis());
  }

  @Override
  public CompletableFuture<Long> revoke(long id) {
    LeaseRevokeRequest request = LeaseRevokeRequest.newBuilder().setLeaseId(id).build();
    return session.call(StreamRequest.newBuilder().setLeaseRevoke(request), true,
        reply -> reply.getLeaseRevoke().getDeleted());
  }

  @Override
  public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
    return leaderCalls.read(LeaseGrpc.getTimeToLiveMethod(), request, LeaseTimeToLiveResponse::getHeader,
        Function.identity(), timeout);
  }

  @Override
  public CompletableFuture<LeaseListResponse> list(LeaseListRequest request) {
    return leaderCalls.read(LeaseGrpc.getListMethod(), request, LeaseListResponse::getHeader, Function.identity(),
        timeout);
  }

  @Override
  public void callback(Runnable action) {
    callbacks.execute(action);
  }

  @Override
  public <T> T await(CompletableFuture<T> future, boolean mutation) {
    return Waiting.await(loop, future, mutation);
  }

  @Override
  public LeaseCalls withTimeout(Duration other) {
    return new SessionLeaseCalls(loop, core, session.within(other), leaderCalls, callbacks, other);
  }
}
