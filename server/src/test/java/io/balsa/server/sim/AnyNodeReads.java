package io.balsa.server.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.Operation;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Violation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gets of the registers as calls of their own, at any node, whatever it is to its group. Linearizable ones are a part of the registers'
 * history (C3). One that may be stale must not miss a write that was answered more than its age before it began, by the clock of the
 * node that serves it, nor what its client has seen elsewhere (R1).
 */
final class AnyNodeReads implements Usage {
  private static final long MILLIS = 1_000_000;
  private static final long TIMEOUT_NANOS = 3_000 * MILLIS;
  private static final List<Long> MAX_AGES_MILLIS = List.of(0L, 20L, 200L, 1_000L, 5_000L, 60_000L);

  private final Cluster<Result> cluster;
  private final Tally tally;
  private final Registers registers;
  /** The highest revision that each client has been told of here. */
  private final Map<Integer, Long> seen = new TreeMap<>();
  private int answered;

  AnyNodeReads(Cluster<Result> cluster, Tally tally, Registers registers) {
    this.cluster = cluster;
    this.tally = tally;
    this.registers = registers;
  }

  @Override
  public void use(SimSdk client) {
    int key = client.random().between(0, registers.keys() - 1);
    SimNode<Result> node = client.random().pick(cluster.nodes());
    if (client.random().chance(0.5)) {
      linearizable(client, node, key);
    } else {
      stale(client, node, key);
    }
  }

  private void linearizable(SimSdk client, SimNode<Result> node, int key) {
    History.Open read = registers.history().begin(client.number(), Operation.Kind.READ, key, 0);
    get(client, node, key, Consistency.getDefaultInstance(), "NODE_GET", new SimSdk.GetAnswer() {
      @Override
      public void ok(GetResponse response) {
        read.answered(response.hasKv() ? Ops.number(response.getKv()) : 0);
      }

      @Override
      public void failed(Error why) {
        read.notServed();
      }
    });
  }

  private void stale(SimSdk client, SimNode<Result> node, int key) {
    long maxAgeMillis = client.random().pick(MAX_AGES_MILLIS);
    long minRevision = client.random().chance(0.5) ? 0 : seen.getOrDefault(client.number(), 0L);
    Consistency consistency = Consistency.newBuilder().setStale(
        Consistency.Stale.newBuilder().setMaxAgeMillis(maxAgeMillis).setMinRevision(minRevision)).build();
    double rate = cluster.options().clockRates().get(node.number());
    // A nanosecond for each rounding.
    long notOlderThan = cluster.timeline().now() - (long) (maxAgeMillis * MILLIS / rate) - 2;
    get(client, node, key, consistency, "NODE_GET_STALE", new SimSdk.GetAnswer() {
      @Override
      public void ok(GetResponse response) {
        answered++;
        long newest = registers.acknowledged().newestBefore(key, notOlderThan);
        if (response.getKv().getModRevision() < newest) {
          throw new Violation("StaleBound", client.name() + " reads register " + key + " at " + node.id() + " as of "
              + response.getKv().getModRevision() + ", no older than " + maxAgeMillis + " ms; " + newest
              + " had been answered before");
        }
        if (response.getHeader().getRevision() < minRevision) {
          throw new Violation("StaleBound", client.name() + " reads at " + node.id() + " in revision "
              + response.getHeader().getRevision() + " and has seen " + minRevision);
        }
      }

      @Override
      public void failed(Error why) {
        // Nothing is known, and nothing was done.
      }
    });
  }

  private void get(SimSdk client, SimNode<Result> node, int key, Consistency consistency, String name,
      SimSdk.GetAnswer answer) {
    GetRequest request = GetRequest.newBuilder().setKey(Ops.utf8("register/" + key)).setConsistency(consistency)
        .build();
    client.get("client:" + node.number(), request, TIMEOUT_NANOS, new SimSdk.GetAnswer() {
      @Override
      public void ok(GetResponse response) {
        tally.add(name + (response.getHeader().getLeads() ? "_AT_LEADER" : ""));
        seen.merge(client.number(), response.getHeader().getRevision(), Math::max);
        answer.ok(response);
      }

      @Override
      public void failed(Error why) {
        tally.add(name + "_" + (why.getReason().isEmpty() ? "FAILED" : why.getReason()));
        answer.failed(why);
      }
    });
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    // What is linearizable is checked with the registers, what may be stale when it is answered.
  }

  @Override
  public int operations() {
    return answered;
  }

  @Override
  public int unknown() {
    return 0;
  }
}
