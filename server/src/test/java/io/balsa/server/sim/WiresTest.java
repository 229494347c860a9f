package io.balsa.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.client.error.BalsaException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.StreamReply;
import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.MemberOptions;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.SimResult;
import io.balsa.raft.sim.Simulation;
import io.balsa.raft.sim.Workload;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the simulated network owes both ends, whatever happens to a connection: it does what gRPC would, and tells whoever waits. */
class WiresTest {
  private static final long MILLIS = 1_000_000;
  private static final String NODE = "client:0";

  private final List<String> seen = new ArrayList<>();

  /** One client of one node, without any faults but those of the test. */
  private abstract class Story implements Workload<Result> {
    final Cluster<Result> cluster;
    final Wires wires;
    final SimSdk client;
    private boolean probed;

    Story(Cluster<Result> cluster, SimRandom random) {
      Tally tally = new Tally();
      this.cluster = cluster;
      wires = new Wires(cluster, random.fork("wires"), tally);
      client = new SimSdk(cluster, wires, 0, 1, 1, List.of(NODE), 3_000, random.fork("client"),
          new SessionWatch(tally));
    }

    void after(long millis, Runnable event) {
      cluster.timeline().after(millis * MILLIS, event);
    }

    @Override
    public void stop() {
      // It has been told.
    }

    @Override
    public void probe(List<SimNode<Result>> core, long patienceNanos) {
      client.call(Ops.put("probe", 1, false), true, patienceNanos, new SimSdk.Answer() {
        @Override
        public void ok(StreamReply reply) {
          probed = true;
        }

        @Override
        public void failed(BalsaException why) {
          seen.add("probe failed: " + why.reason());
        }
      });
    }

    @Override
    public boolean isProbed() {
      return probed;
    }

    @Override
    public boolean isIdle() {
      return true;
    }

    @Override
    public void check() {
      // The test looks at what was seen.
    }

    @Override
    public int operations() {
      return 0;
    }

    @Override
    public int unknown() {
      return 0;
    }
  }

  private interface Telling {
    Story of(Cluster<Result> cluster, SimRandom random);
  }

  private void tell(Telling telling) {
    SimOptions calm = new SimOptions(1, RaftConfig.DEFAULT, 10 * MILLIS, 5_000, List.of(1.0), MILLIS, 0, 0, 0, true,
        true,
        MILLIS, 1_000, 1_000 * MILLIS, 1_000 * MILLIS, Set.of(), 1, 1_000 * MILLIS, 1, 0, 3_000 * MILLIS, 1_000_000,
        false, MemberOptions.none(1));
    SimResult result = Simulation.run(1, calm, new StackParts() {
      @Override
      public Workload<Result> workload(Cluster<Result> cluster, SimRandom random) {
        return telling.of(cluster, random);
      }
    }, null);
    assertThat(result.violation()).isNull();
  }

  private final class Recorder implements Wires.Connecting {
    @Override
    public void connected(Connection connection) {
      seen.add("connected");
    }

    @Override
    public void failed() {
      seen.add("failed");
    }
  }

  /** Greeting and loss wait together, for a client that stands still: it is told of one of them. */
  @Test
  void whoConnectsIsToldWhenTheConnectionIsLostRightAfterTheGreeting() {
    tell((cluster, random) -> new Story(cluster, random) {
      @Override
      public void start() {
        client.pause();
        wires.connect(client, NODE, new Recorder());
        after(500, () -> {
          seen.add("connections " + wires.connections().size());
          wires.connections().forEach(connection -> connection.breakAtClient("lost"));
        });
        after(600, () -> client.resume(false));
      }
    });
    assertThat(seen).containsExactly("connections 1", "failed");
  }

  @Test
  void nothingIsHeardBehindTheEndOfTheClientsDirection() {
    tell((cluster, random) -> new Story(cluster, random) {
      @Override
      public void start() {
        wires.connect(client, NODE, new Wires.Connecting() {
          @Override
          public void connected(Connection connection) {
            calls(connection);
          }

          @Override
          public void failed() {
            seen.add("failed");
          }
        });
      }

      private void calls(Connection connection) {
        RpcCall<KeepAliveRequest, KeepAliveResponse> call = RpcCall.start(connection, observer -> new Hearing(),
            new Ignoring());
        call.send(KeepAliveRequest.newBuilder().setSessionId(1).build());
        connection.halfClose();
        call.send(KeepAliveRequest.newBuilder().setSessionId(2).build());
        after(500, () -> call.send(KeepAliveRequest.newBuilder().setSessionId(3).build()));
      }
    });
    assertThat(seen).containsExactly("heard 1", "completed");
  }

  private final class Hearing implements StreamObserver<KeepAliveRequest> {
    @Override
    public void onNext(KeepAliveRequest request) {
      seen.add("heard " + request.getSessionId());
    }

    @Override
    public void onError(Throwable broken) {
      // The connection goes when the run ends.
    }

    @Override
    public void onCompleted() {
      seen.add("completed");
    }
  }

  private static final class Ignoring implements RpcCall.Listener<KeepAliveResponse> {
    @Override
    public void message(KeepAliveResponse message) {
      // None comes.
    }

    @Override
    public void closed(Error error) {
      // The run is over.
    }

    @Override
    public void ready() {
      // There is always room.
    }
  }
}
