package io.balsa.client.fake;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.AddLearnerResponse;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.PromoteRequest;
import io.balsa.proto.v1.PromoteResponse;
import io.balsa.proto.v1.RemoveRequest;
import io.balsa.proto.v1.RemoveResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.Role;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.proto.v1.UpdateMemberRequest;
import io.balsa.proto.v1.UpdateMemberResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Members and status of a fake node. */
final class FakeClusterService extends ClusterGrpc.ClusterImplBase {
  private static final int CHUNK_BYTES = 7_777;

  private final FakeCluster cluster;
  private final FakeNode node;

  FakeClusterService(FakeCluster cluster, FakeNode node) {
    this.cluster = cluster;
    this.node = node;
  }

  @Override
  public void members(MembersRequest request, StreamObserver<MembersResponse> answer) {
    ResponseHeader.Builder header = node.header();
    MembersResponse.Builder members = MembersResponse.newBuilder().setHeader(header)
        .setConfigurationIndex(header.getConfigurationIndex());
    cluster.members()
        .forEach(each -> members
            .addMembers(Member.newBuilder().setId(each.id()).setIncarnation(1).setClientAddress(each.advertised())));
    answer.onNext(members.build());
    answer.onCompleted();
  }

  /** Nothing becomes of them but the record that they came: only the leader takes any. */
  @Override
  public void addLearner(AddLearnerRequest request, StreamObserver<AddLearnerResponse> answer) {
    atLeader(request, AddLearnerResponse.newBuilder().addMembers(request.getMember()).build(), answer);
  }

  @Override
  public void promote(PromoteRequest request, StreamObserver<PromoteResponse> answer) {
    atLeader(request, PromoteResponse.newBuilder().setConfigurationIndex(7).build(), answer);
  }

  @Override
  public void remove(RemoveRequest request, StreamObserver<RemoveResponse> answer) {
    atLeader(request, RemoveResponse.newBuilder().setConfigurationIndex(8).build(), answer);
  }

  @Override
  public void updateMember(UpdateMemberRequest request, StreamObserver<UpdateMemberResponse> answer) {
    atLeader(request, UpdateMemberResponse.newBuilder().setConfigurationIndex(9).build(), answer);
  }

  private <T> void atLeader(Message request, T response, StreamObserver<T> answer) {
    Error refusal = cluster.membershipRefusal();
    if (!node.leads()) {
      answer.onError(FakeNode.status(node.notLeader()));
    } else if (refusal != null) {
      answer.onError(FakeNode.status(refusal));
    } else {
      cluster.changed(request);
      answer.onNext(response);
      answer.onCompleted();
    }
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
    answer.onNext(StatusResponse.newBuilder().setHeader(node.header())
        .setRole(node.leads() ? Role.LEADER : Role.FOLLOWER).setCommitIndex(cluster.store().applied().size()).build());
    answer.onCompleted();
  }

  /** Nothing that a node could restore; but what a client checks is right, unless the node was told to spoil it. */
  @Override
  public void saveSnapshot(SaveSnapshotRequest request, StreamObserver<SaveSnapshotResponse> answer) {
    node.countSnapshot(request.getMinIndex());
    byte[] body = new byte[100_000];
    Arrays.fill(body, (byte) 7);
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(body);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    FakeNode.SnapshotFault fault = node.snapshotFault();
    if (fault == FakeNode.SnapshotFault.CHANGED) {
      body[50_000]++;
    }
    ByteString all = ByteString.copyFrom(body).concat(ByteString.copyFrom(digest));
    long revision = fault == FakeNode.SnapshotFault.OLD ? 1 : cluster.store().revision();
    for (int from = 0; from < all.size(); from += CHUNK_BYTES) {
      SaveSnapshotResponse.Builder chunk = SaveSnapshotResponse.newBuilder()
          .setData(all.substring(from, Math.min(all.size(), from + CHUNK_BYTES)));
      if (from == 0) {
        chunk.setHeader(cluster.header(node).setRevision(revision))
            .setTotalBytes(all.size());
      }
      answer.onNext(chunk.build());
      if (fault == FakeNode.SnapshotFault.BROKEN_OFF && from > all.size() / 2) {
        answer.onError(Status.UNAVAILABLE.withDescription("broken off").asRuntimeException());
        return;
      }
    }
    answer.onCompleted();
  }
}
