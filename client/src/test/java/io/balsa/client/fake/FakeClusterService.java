package io.balsa.client.fake;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.ClusterGrpc;
import io.balsa.proto.v1.Member;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.MembersResponse;
import io.balsa.proto.v1.ResponseHeader;
import io.balsa.proto.v1.Role;
import io.balsa.proto.v1.SaveSnapshotRequest;
import io.balsa.proto.v1.SaveSnapshotResponse;
import io.balsa.proto.v1.StatusRequest;
import io.balsa.proto.v1.StatusResponse;
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
    MembersResponse.Builder members = MembersResponse.newBuilder().setHeader(node.header());
    cluster.nodes()
        .forEach(each -> members.addMembers(Member.newBuilder().setId(each.id()).setClientAddress(each.advertised())));
    answer.onNext(members.build());
    answer.onCompleted();
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
        chunk.setHeader(ResponseHeader.newBuilder().setMemberId(node.id()).setRevision(revision))
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
