package io.balsa.client.fake;

import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.Role;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.grpc.stub.StreamObserver;

/** Members and status of a fake node. */
final class FakeClusterService extends ClusterGrpc.ClusterImplBase {
  private final FakeCluster cluster;
  private final FakeNode node;

  FakeClusterService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public void members(MembersRequest request, StreamObserver<MembersResponse> answer) {
    MembersResponse.Builder members = MembersResponse.newBuilder();
    cluster.nodes()
        .forEach(each -> members.addMembers(Member.newBuilder().setId(each.id()).setClientAddress(each.advertised())));
    answer.onNext(members.build());
    answer.onCompleted();
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
    answer.onNext(StatusResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setMemberId(node.id()))
        .setRole(node.leads() ? Role.LEADER : Role.FOLLOWER).build());
    answer.onCompleted();
  }
}
