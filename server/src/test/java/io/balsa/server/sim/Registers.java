package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.StreamReply;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.Operation;
import io.balsa.raft.sim.RegisterChecker;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.Timeline;
import io.balsa.raft.sim.Violation;
import java.util.List;

/** A few keys that all clients put and get: each is a linearizable register, seen from the clients. */
final class Registers implements Usage {
  private static final long TIMEOUT_NANOS = 5_000_000_000L;

  private final History history;
  private final Timeline timeline;
  private final Tally tally;
  private final int keys;
  private final Acknowledged acknowledged;
  private long lastValue;
  private int gaveUp;

  Registers(Cluster<Result> cluster, Tally tally) {
    this.history = new History(cluster.timeline());
    this.tally = tally;
    this.keys = cluster.options().keys();
    this.timeline = cluster.timeline();
    this.acknowledged = new Acknowledged(keys);
  }

  int keys() {
    return keys;
  }

  History history() {
    return history;
  }

  Acknowledged acknowledged() {
    return acknowledged;
  }

  @Override
  public void use(SimSdk client) {
    int key = client.random().between(0, keys - 1);
    if (client.random().chance(0.5)) {
      read(client, key);
    } else {
      write(client, key);
    }
  }

  private void read(SimSdk client, int key) {
    History.Open read = history.begin(client.number(), Operation.Kind.READ, key, 0);
    client.call(Ops.get("register/" + key), false, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add("REGISTER_GET");
        read.answered(reply.getGet().hasKv() ? Ops.number(reply.getGet().getKv()) : 0);
      }

      @Override
      public void failed(BalsaException why) {
        tally.add("REGISTER_GET_FAILED");
        read.failed(why);
      }
    });
  }

  private void write(SimSdk client, int key) {
    long value = ++lastValue;
    History.Open write = history.begin(client.number(), Operation.Kind.WRITE, key, value);
    client.call(Ops.put("register/" + key, value, false), true, TIMEOUT_NANOS, new SimSdk.Answer() {
      @Override
      public void ok(StreamReply reply) {
        tally.add("REGISTER_PUT");
        write.answered(value);
        acknowledged.add(key, reply.getRevision(), timeline.now());
      }

      @Override
      public void failed(BalsaException why) {
        tally.add(why.mayHaveBeenApplied() ? "REGISTER_PUT_UNKNOWN" : "REGISTER_PUT_FAILED");
        write.failed(why);
      }
    });
  }

  @Override
  public void check(List<SimNode<Result>> core) {
    for (int key = 0; key < keys; key++) {
      RegisterChecker.Result result = RegisterChecker.check(history.of(key));
      switch (result.verdict()) {
        case LINEARIZABLE -> {
        }
        case GAVE_UP -> gaveUp++;
        case NOT_LINEARIZABLE -> throw new Violation("Linearizability",
            "no order of the operations explains " + result.culprit());
      }
    }
  }

  @Override
  public int operations() {
    return history.operations();
  }

  @Override
  public int unknown() {
    return history.unknown();
  }

  @Override
  public int gaveUp() {
    return gaveUp;
  }
}
