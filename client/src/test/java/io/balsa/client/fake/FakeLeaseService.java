package io.balsa.client.fake;

import com.google.protobuf.ByteString;
import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.LeaseListRequest;
import io.balsa.proto.v1.LeaseListResponse;
import io.balsa.proto.v1.LeaseTimeToLiveRequest;
import io.balsa.proto.v1.LeaseTimeToLiveResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** Renewals of leases and reads of them, at a fake node. Pages are small. */
final class FakeLeaseService extends LeaseGrpc.LeaseImplBase {
  private static final int PAGE = 3;

  private final FakeCluster cluster;
  private final FakeNode node;

  FakeLeaseService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public StreamObserver<LeaseKeepAliveRequest> keepAlive(StreamObserver<LeaseKeepAliveResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(LeaseKeepAliveRequest request) {
        if (node.isSilent()) {
          return;
        }
        LeaseKeepAliveResponse.Builder answer = LeaseKeepAliveResponse.newBuilder().setLeaseId(request.getLeaseId())
            .setRequestId(request.getRequestId());
        if (!node.leads()) {
          answer.setError(node.notLeader());
        } else if (cluster.store().renew(request.getLeaseId())) {
          answer.setTtlMillis(cluster.store().ttlMillis(request.getLeaseId()));
        } else {
          answer.setError(notFound(request.getLeaseId()));
        }
        answers.onNext(answer.build());
      }

      @Override
      public void onError(Throwable broken) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private static Error notFound(long id) {
    return Errors.error(ErrorCode.NOT_FOUND, Errors.LEASE_NOT_FOUND, "no lease " + id);
  }

  @Override
  public void timeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> answer) {
    Error refusal = node.refusesRead();
    if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
    } else if (!cluster.store().lives(request.getLeaseId())) {
      answer.onError(FakeNode.status(notFound(request.getLeaseId())));
    } else {
      List<ByteString> keys = new ArrayList<>(cluster.store().keysOf(request.getLeaseId()));
      keys.subList(0, keys.indexOf(request.getAfterKey()) + 1).clear();
      LeaseTimeToLiveResponse.Builder response = LeaseTimeToLiveResponse.newBuilder().setHeader(node.header())
          .setLease(cluster.store().info(request.getLeaseId()));
      if (request.getKeys()) {
        response.addAllKeys(keys.subList(0, Math.min(PAGE, keys.size()))).setMore(keys.size() > PAGE);
      }
      answer.onNext(response.build());
      answer.onCompleted();
    }
  }

  @Override
  public void list(LeaseListRequest request, StreamObserver<LeaseListResponse> answer) {
    Error refusal = node.refusesRead();
    if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
      return;
    }
    List<Long> ids = new ArrayList<>(cluster.store().liveSessions());
    ids.addAll(cluster.store().liveLeases());
    List<Long> behind = ids.stream().filter(id -> id > request.getAfterId()).sorted().toList();
    LeaseListResponse.Builder response = LeaseListResponse.newBuilder().setHeader(node.header())
        .setMore(behind.size() > PAGE);
    behind.stream().limit(PAGE).forEach(id -> response.addLeases(cluster.store().info(id)));
    answer.onNext(response.build());
    answer.onCompleted();
  }
}
