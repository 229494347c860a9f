package io.balsa.client.fake;

import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.LockDescribeRequest;
import io.balsa.proto.v1.LockDescribeResponse;
import io.balsa.proto.v1.LockGrpc;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockListRequest;
import io.balsa.proto.v1.LockListResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Reads of locks at a fake node. Pages are small. */
final class FakeLockService extends LockGrpc.LockImplBase {
  private static final int PAGE = 3;

  private final FakeCluster cluster;
  private final FakeNode node;

  FakeLockService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public void describe(LockDescribeRequest request, StreamObserver<LockDescribeResponse> answer) {
    Error refusal = node.refusesRead();
    if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
      return;
    }
    LockDescribeResponse.Builder response = LockDescribeResponse.newBuilder().setHeader(node.header());
    cluster.store().locks(request.getName()).stream().filter(lock -> lock.getName().equals(request.getName()))
        .forEach(response::setLock);
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void list(LockListRequest request, StreamObserver<LockListResponse> answer) {
    Error refusal = node.refusesRead();
    if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
      return;
    }
    List<LockInfo> behind = cluster.store().locks(request.getPrefix()).stream()
        .filter(lock -> lock.getName().compareTo(request.getAfterName()) > 0).toList();
    answer.onNext(LockListResponse.newBuilder().setHeader(node.header())
        .addAllLocks(behind.subList(0, Math.min(PAGE, behind.size())))
        .setMore(behind.size() > PAGE).build());
    answer.onCompleted();
  }
}
