package io.balsa.raft.sim;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.node.PendingProposal;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.RaftNode;
import io.balsa.raft.node.ReadCallback;

/** The calls of one process: invariants and trace are told of each, and of its answer. */
final class ObservedCalls<R> {
  private final Cluster<R> cluster;
  private final SimNode<R> home;
  private int underWay;

  ObservedCalls(Cluster<R> cluster, SimNode<R> home) {
    this.cluster = cluster;
    this.home = home;
  }

  boolean areAnswered() {
    return underWay == 0;
  }

  /**
   * As {@link RaftNode#propose}, observed.
   *
   * @param payload unique in the run
   */
  void propose(RaftNode<R> node, Bytes payload, ProposalCallback<R> callback) {
    Call call = cluster.call(payload, home.life());
    cluster.trace().add(home.id().value(), "propose", call.id());
    cluster.tell(invariant -> invariant.proposed(home, call));
    underWay++;
    node.propose(payload, observed(call, callback));
  }

  private ProposalCallback<R> observed(Call call, ProposalCallback<R> callback) {
    return new ProposalCallback<>() {
      @Override
      public void applied(LogId at, R result) {
        cluster.trace().add(home.id().value(), "applied", call.id() + " at " + at + ": " + result);
        cluster.tell(invariant -> invariant.repliedApplied(home, call, at, result));
        underWay--;
        callback.applied(at, result);
      }

      @Override
      public void rejected(Rejection why) {
        cluster.trace().add(home.id().value(), "rejected", call.id() + " " + why);
        cluster.tell(invariant -> invariant.repliedRejected(home, call));
        underWay--;
        callback.rejected(why);
      }

      @Override
      public void unknown() {
        cluster.trace().add(home.id().value(), "unknown", call.id());
        cluster.tell(invariant -> invariant.repliedUnknown(home, call));
        underWay--;
        callback.unknown();
      }
    };
  }

  /** As {@link RaftNode#read}, observed. */
  void read(RaftNode<R> node, ReadCallback callback) {
    Call call = cluster.call(null, home.life());
    cluster.trace().add(home.id().value(), "read", call.id());
    cluster.tell(invariant -> invariant.readAsked(home, call));
    underWay++;
    node.read(new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        cluster.trace().add(home.id().value(), "read ready", call.id() + " at " + readIndex);
        cluster.tell(invariant -> invariant.readReady(home, call, readIndex));
        underWay--;
        callback.ready(readIndex);
      }

      @Override
      public void rejected(Rejection why) {
        cluster.trace().add(home.id().value(), "read rejected", call.id() + " " + why);
        cluster.tell(invariant -> invariant.repliedRejected(home, call));
        underWay--;
        callback.rejected(why);
      }
    });
  }

  /** What the node proposes by itself, with its next entries. */
  PendingProposal<R> renewal(Bytes payload, ProposalCallback<R> callback) {
    Call call = cluster.call(payload, home.life());
    cluster.tell(invariant -> invariant.proposed(home, call));
    underWay++;
    return new PendingProposal<>(payload, observed(call, callback));
  }
}
