package io.balsa.server.sim;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.ReadCallback;
import io.balsa.raft.node.TransferCallback;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimProcess;
import io.balsa.server.grpc.Consensus;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** A simulated process's RaftNode, observed. */
final class ProcessConsensus implements Consensus {
  private final SimProcess<Result> process;

  ProcessConsensus(SimProcess<Result> process) {
    this.process = process;
  }

  /**
   * The invariants of the kernel follow a proposal by its bytes, and the same mutation may be proposed again on another stream. The
   * principal is not looked at yet: a number there tells them apart.
   */
  static Bytes unique(Cluster<?> cluster, Bytes command) {
    byte[] principal = Command.newBuilder()
        .setPrincipal(ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, cluster.uniqueId()))).build()
        .toByteArray();
    byte[] both = Arrays.copyOf(command.array(), command.size() + principal.length);
    System.arraycopy(principal, 0, both, command.size(), principal.length);
    return Bytes.wrap(both);
  }

  @Override
  public void propose(Bytes command, ProposalCallback<Result> callback) {
    process.propose(unique(process.cluster(), command), callback);
  }

  @Override
  public void read(ReadCallback callback) {
    process.read(callback);
  }

  @Override
  public void readLeading(ReadCallback callback) {
    process.readLeading(callback);
  }

  @Override
  public Runnable whenApplied(long index, LongConsumer callback) {
    return process.node().whenApplied(index, callback);
  }

  @Override
  public void transferLeadership(NodeId target, TransferCallback callback) {
    process.node().transferLeadership(target, callback);
  }

  @Override
  public void changeMembership(MembershipChange change, MembershipCallback callback) {
    process.node().changeMembership(change, callback);
  }

  @Override
  public NodeStatus status() {
    return process.node().status();
  }
}
