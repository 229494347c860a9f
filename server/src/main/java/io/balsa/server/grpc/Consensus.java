package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.RaftNode;
import io.balsa.raft.node.ReadCallback;
import io.balsa.raft.node.TransferCallback;
import java.util.function.LongConsumer;

/**
 * What services ask of consensus: the calls of {@link RaftNode}, with its guarantees. An interface, so that tests can answer
 * in any order they like.
 */
public interface Consensus {
  void propose(Bytes command, ProposalCallback<Result> callback);

  void read(ReadCallback callback);

  void readLeading(ReadCallback callback);

  /** @return gives up waiting */
  Runnable whenApplied(long index, LongConsumer callback);

  void transferLeadership(NodeId target, TransferCallback callback);

  /** Changes the membership, if this node leads. */
  void changeMembership(MembershipChange change, MembershipCallback callback);

  NodeStatus status();

  static Consensus of(RaftNode<Result> node) {
    return new Consensus() {
      @Override
      public void propose(Bytes command, ProposalCallback<Result> callback) {
        node.propose(command, callback);
      }

      @Override
      public void read(ReadCallback callback) {
        node.read(callback);
      }

      @Override
      public void readLeading(ReadCallback callback) {
        node.readLeading(callback);
      }

      @Override
      public Runnable whenApplied(long index, LongConsumer callback) {
        return node.whenApplied(index, callback);
      }

      @Override
      public void transferLeadership(NodeId target, TransferCallback callback) {
        node.transferLeadership(target, callback);
      }

      @Override
      public void changeMembership(MembershipChange change, MembershipCallback callback) {
        node.changeMembership(change, callback);
      }

      @Override
      public NodeStatus status() {
        return node.status();
      }
    };
  }
}
