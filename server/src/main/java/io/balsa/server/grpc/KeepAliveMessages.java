package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.ResponseHeader;

/** The words of KeepAlives: those of sessions and those of leases mean the same. */
interface KeepAliveMessages<Q, P> {
  long id(Q request);

  /** 0: says nothing. */
  long lowestAwaited(Q request);

  P renewed(Q request, ResponseHeader header, long ttlMillis);

  P failed(Q request, ResponseHeader header, Error error);

  /** What it is called when there is no such lease or session any more. */
  Error gone(Q request);

  KeepAliveMessages<KeepAliveRequest, KeepAliveResponse> OF_SESSIONS = new KeepAliveMessages<>() {
    @Override
    public long id(KeepAliveRequest request) {
      return request.getSessionId();
    }

    @Override
    public long lowestAwaited(KeepAliveRequest request) {
      return request.getLowestAwaited();
    }

    @Override
    public KeepAliveResponse renewed(KeepAliveRequest request, ResponseHeader header, long ttlMillis) {
      return answer(request, header).setTtlMillis(ttlMillis).build();
    }

    @Override
    public KeepAliveResponse failed(KeepAliveRequest request, ResponseHeader header, Error error) {
      return answer(request, header).setError(error).build();
    }

    private KeepAliveResponse.Builder answer(KeepAliveRequest request, ResponseHeader header) {
      return KeepAliveResponse.newBuilder().setHeader(header).setSessionId(request.getSessionId())
          .setRequestId(request.getRequestId());
    }

    @Override
    public Error gone(KeepAliveRequest request) {
      return Errors.sessionExpired(request.getSessionId());
    }
  };

  KeepAliveMessages<LeaseKeepAliveRequest, LeaseKeepAliveResponse> OF_LEASES = new KeepAliveMessages<>() {
    @Override
    public long id(LeaseKeepAliveRequest request) {
      return request.getLeaseId();
    }

    @Override
    public long lowestAwaited(LeaseKeepAliveRequest request) {
      return 0;
    }

    @Override
    public LeaseKeepAliveResponse renewed(LeaseKeepAliveRequest request, ResponseHeader header, long ttlMillis) {
      return answer(request, header).setTtlMillis(ttlMillis).build();
    }

    @Override
    public LeaseKeepAliveResponse failed(LeaseKeepAliveRequest request, ResponseHeader header, Error error) {
      return answer(request, header).setError(error).build();
    }

    private LeaseKeepAliveResponse.Builder answer(LeaseKeepAliveRequest request, ResponseHeader header) {
      return LeaseKeepAliveResponse.newBuilder().setHeader(header).setLeaseId(request.getLeaseId())
          .setRequestId(request.getRequestId());
    }

    @Override
    public Error gone(LeaseKeepAliveRequest request) {
      return Errors.leaseNotFound(request.getLeaseId());
    }
  };
}
