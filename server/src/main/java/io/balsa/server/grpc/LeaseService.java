package io.balsa.server.grpc;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseGrantResponse;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.LeaseInfo;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseListResponse;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.LeaseRevokeResponse;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.LeaseTimeToLiveResponse;
import io.balsa.storage.state.Page;
import io.balsa.storage.state.StateReads;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Leases as unary calls, and their KeepAlives. Grant and Revoke are applied exactly once when they carry a session, else at most
 * once; TimeToLive and List are linearizable reads, and the time that remains is of the cluster's clock as applied here (T1).
 */
public final class LeaseService extends LeaseGrpc.LeaseImplBase {
  /** Keys have 4 KiB at most: an answer has 2 MiB. */
  private static final int KEYS_PAGE = 512;
  private static final int LEASES_PAGE = 1_000;

  private final Serving serving;
  private final LeaseChecks checks;
  private final Supplier<Loop> loops;
  private final UnaryCalls calls;

  LeaseService(Serving serving, RequestChecks checks, Supplier<Loop> loops) {
    this.serving = serving;
    this.checks = checks.leases();
    this.loops = loops;
    this.calls = new UnaryCalls(serving, loops);
  }

  @Override
  public void grant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> observer) {
    calls.mutate(checks.check(request), request.getSession(), () -> Commands.leaseGrant(request), observer,
        (group, result) -> result.getLeaseGrant().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public void revoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> observer) {
    calls.mutate(checks.check(request), request.getSession(), () -> Commands.leaseRevoke(request), observer,
        (group, result) -> result.getLeaseRevoke().toBuilder().setHeader(group.header(result.getRevision())).build());
  }

  @Override
  public StreamObserver<LeaseKeepAliveRequest> keepAlive(StreamObserver<LeaseKeepAliveResponse> observer) {
    return new KeepAliveCall<>(serving, KeepAliveMessages.OF_LEASES, observer, loops.get());
  }

  @Override
  public void timeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> observer) {
    calls.read(checks.check(request), observer, group -> {
      LeaseTimeToLiveResponse response = timeToLive(group.reads(), request);
      return served -> response.toBuilder().setHeader(served.header()).build();
    });
  }

  private static LeaseTimeToLiveResponse timeToLive(StateReads reads, LeaseTimeToLiveRequest request)
      throws IOException, UnaryCalls.CallRefused {
    LeaseTimeToLiveResponse.Builder response = LeaseTimeToLiveResponse.newBuilder();
    if (request.getKeys()) {
      Page<ByteString> keys = reads.leaseKeys(request.getLeaseId(), request.getAfterKey(), KEYS_PAGE);
      response.addAllKeys(keys.items()).setMore(keys.more());
    }
    // Behind the keys: if it ended meanwhile, the answer is that it is gone, never a live lease with keys missing.
    LeaseInfo lease = reads.leaseView(request.getLeaseId());
    if (lease == null) {
      throw new UnaryCalls.CallRefused(Errors.leaseNotFound(request.getLeaseId()));
    }
    return response.setLease(lease).build();
  }

  @Override
  public void list(LeaseListRequest request, StreamObserver<LeaseListResponse> observer) {
    calls.read(checks.check(request), observer, group -> {
      Page<LeaseInfo> leases = group.reads().leases(request.getAfterId(), page(request.getLimit(), LEASES_PAGE));
      return served -> LeaseListResponse.newBuilder().setHeader(served.header()).addAllLeases(leases.items())
          .setMore(leases.more()).build();
    });
  }

  /** @param asked a uint32; 0: as many as a page holds */
  static int page(int asked, int max) {
    return asked <= 0 ? max : Math.min(asked, max);
  }
}
