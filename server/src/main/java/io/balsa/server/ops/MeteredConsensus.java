package io.balsa.server.ops;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.node.ReadCallback;
import io.balsa.raft.node.TransferCallback;
import io.balsa.server.grpc.Consensus;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Counts what clients ask of consensus, and what becomes of it. */
public final class MeteredConsensus implements Consensus {
  private final Consensus consensus;
  private final AtomicLong underWay = new AtomicLong();
  private final Counter applied;
  private final Counter unknown;
  private final Counter reads;
  private final Map<Rejection, Counter> rejected = new EnumMap<>(Rejection.class);
  private final Map<Rejection, Counter> rejectedReads = new EnumMap<>(Rejection.class);

  public MeteredConsensus(Consensus consensus, MetricRegistry metrics) {
    this.consensus = consensus;
    metrics.register("balsa.proposals.under.way", (Gauge<Long>) underWay::get);
    this.applied = metrics.counter("balsa.proposals.applied");
    this.unknown = metrics.counter("balsa.proposals.unknown");
    this.reads = metrics.counter("balsa.reads.served");
    for (Rejection why : Rejection.values()) {
      String name = why.name().toLowerCase(Locale.ROOT).replace('_', '.');
      rejected.put(why, metrics.counter("balsa.proposals.rejected." + name));
      rejectedReads.put(why, metrics.counter("balsa.reads.rejected." + name));
    }
  }

  /** Proposed by clients and not answered. */
  public long underWay() {
    return underWay.get();
  }

  @Override
  public void propose(Bytes command, ProposalCallback<Result> callback) {
    underWay.incrementAndGet();
    consensus.propose(command, new ProposalCallback<>() {
      @Override
      public void applied(LogId id, Result result) {
        underWay.decrementAndGet();
        applied.inc();
        callback.applied(id, result);
      }

      @Override
      public void rejected(Rejection why) {
        underWay.decrementAndGet();
        count(rejected, why);
        callback.rejected(why);
      }

      @Override
      public void unknown() {
        underWay.decrementAndGet();
        unknown.inc();
        callback.unknown();
      }
    });
  }

  @Override
  public void read(ReadCallback callback) {
    consensus.read(counting(callback));
  }

  @Override
  public void readLeading(ReadCallback callback) {
    consensus.readLeading(counting(callback));
  }

  private ReadCallback counting(ReadCallback callback) {
    return new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        reads.inc();
        callback.ready(readIndex);
      }

      @Override
      public void rejected(Rejection why) {
        count(rejectedReads, why);
        callback.rejected(why);
      }
    };
  }

  private static void count(Map<Rejection, Counter> counters, Rejection why) {
    Counter counter = counters.get(why);
    if (counter != null) {
      counter.inc();
    }
  }

  @Override
  public Runnable whenApplied(long index, LongConsumer callback) {
    return consensus.whenApplied(index, callback);
  }

  @Override
  public void transferLeadership(NodeId target, TransferCallback callback) {
    consensus.transferLeadership(target, callback);
  }

  @Override
  public void changeMembership(MembershipChange change, MembershipCallback callback) {
    consensus.changeMembership(change, callback);
  }

  @Override
  public NodeStatus status() {
    return consensus.status();
  }
}
