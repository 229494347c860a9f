package io.balsa.server.sim;

import com.google.protobuf.Message;
import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.sim.SimNode;
import io.balsa.raft.sim.SimProcess;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection of a client to one process: two directions, each in order, and the calls that it carries. */
final class Connection {
  private static final long REPEAT_NANOS = 1_000_000_000L;

  private final Wires wires;
  private final SimSdk client;
  private final SimNode<Result> node;
  private final Direction toServer = new Direction(true);
  private final Direction toClient = new Direction(false);
  private final List<RpcCall<?, ?>> calls = new ArrayList<>();
  private @Nullable NodeServices services;
  private @Nullable ServerLoop loop;
  private Wires.@Nullable Connecting connecting;
  private boolean overAtClient;
  private boolean overAtServer;

  private final class Direction {
    private final boolean up;
    private final ArrayDeque<Runnable> sent = new ArrayDeque<>();
    private long lastAt;
    private int due;

    Direction(boolean up) {
      this.up = up;
    }

    void send(Runnable arrival) {
      sent.add(arrival);
      lastAt = Math.max(wires.timeline().now() + wires.trip(), lastAt + 1);
      wires.timeline().after(lastAt - wires.timeline().now(), () -> {
        due++;
        pump();
      });
    }

    void pump() {
      while (due > 0 && !sent.isEmpty() && !wires.isStalled(Connection.this, up)) {
        due--;
        sent.remove().run();
      }
    }

    /** What is on its way goes with the connection. */
    void drop() {
      sent.clear();
    }
  }

  Connection(Wires wires, SimSdk client, SimNode<Result> node) {
    this.wires = wires;
    this.client = client;
    this.node = node;
  }

  SimSdk client() {
    return client;
  }

  SimNode<Result> node() {
    return node;
  }

  Wires wires() {
    return wires;
  }

  boolean isOver() {
    return overAtClient && overAtServer;
  }

  boolean isOpenAtClient() {
    return !overAtClient && connecting == null;
  }

  void pump() {
    toServer.pump();
    toClient.pump();
  }

  /** By the kernel, on the machine of a running process. */
  void accepted(Wires.Connecting whoConnects) {
    connecting = whoConnects;
    did("accepted");
    SimProcess<Result> process = Objects.requireNonNull(node.process());
    NodeServices accepting = NodeServices.of(process);
    services = accepting;
    ServerLoop accepted = accepting.accept(this);
    loop = accepted;
    accepted.run(() -> toClient.send(() -> client.event(this::greeted)));
    wires.timeline().after(REPEAT_NANOS, this::repeatFirst);
  }

  /** The kernel repeats what was not acknowledged: a machine that has lost the connection answers with a reset. */
  private void repeatFirst() {
    if (connecting != null && !overAtClient) {
      if (overAtServer) {
        refuse();
      }
      wires.timeline().after(REPEAT_NANOS, this::repeatFirst);
    }
  }

  /** gRPC's keep-alive: a connection whose other end is gone without a word does not last. */
  private void noticeLoss() {
    wires.timeline().after(wires.keepAliveNanos(), () -> breakAtClient("keep-alive failed"));
  }

  private void greeted() {
    if (overAtClient) {
      return; // who connects is about to be told of that
    }
    Wires.Connecting waiting = connecting;
    connecting = null;
    if (waiting != null) {
      did("greeted");
      waiting.connected(this);
    }
  }

  // ---- calls

  void add(RpcCall<?, ?> call) {
    calls.removeIf(RpcCall::isOver);
    calls.add(call);
  }

  /** On the loop of this connection, if all goes well. */
  void toServer(Runnable task) {
    if (overAtClient) {
      return;
    }
    if (overAtServer) {
      refuse();
      return;
    }
    toServer.send(() -> onServer(task));
  }

  private void onServer(Runnable task) {
    ServerLoop serving = loop;
    if (!overAtServer && serving != null) {
      serving.run(() -> {
        if (!overAtServer) {
          task.run();
        }
      });
    }
  }

  /** Later on the loop of this connection. */
  void onLoop(Runnable task) {
    onServer(task);
  }

  /** As an event of the client, if all goes well. */
  void toClient(Runnable event) {
    if (overAtServer) {
      return;
    }
    toClient.send(() -> {
      if (!overAtClient) {
        client.event(() -> {
          if (!overAtClient) {
            event.run();
          }
        });
      }
    });
  }

  /** What is sent to a process that is gone is answered with a reset by its machine, if that is there. */
  private void refuse() {
    if (node.isHostUp() && !wires.isStalled(this, true) && !wires.isStalled(this, false)) {
      wires.timeline().after(2 * wires.trip(), () -> breakAtClient("connection reset by " + node.id()));
    }
  }

  private void did(String what) {
    wires.trace().add(client.name(), what, node.id().value());
  }

  /** For the trace: on one line. */
  private record Frame(SimNode<Result> node, Message message) {
    @Override
    public String toString() {
      return node.id() + " " + message.toString().replace('\n', ' ');
    }
  }

  /** Every byte that arrives, at either end. */
  void traced(String direction, Message message) {
    wires.trace().add(client.name(), direction, new Frame(node, message),
        Arrays.hashCode(message.toByteArray()) * 31L + node.number());
  }

  NodeServices services() {
    return Objects.requireNonNull(services);
  }

  // ---- its end

  /** Both ends learn of it, each in its time; what is on its way is lost. */
  void reset() {
    breakAtClient("connection reset");
    breakAtServer();
  }

  /** The client takes it for broken. What it had sent may still arrive. */
  void breakAtClient(String problem) {
    if (overAtClient) {
      return;
    }
    overAtClient = true;
    did("broken at client");
    toClient.drop();
    client.event(() -> {
      Wires.Connecting waiting = connecting;
      connecting = null;
      if (waiting != null) {
        waiting.failed();
      }
      List.copyOf(calls).forEach(call -> call.brokenAtClient(problem));
    });
  }

  /** The server takes it for broken. */
  void breakAtServer() {
    if (overAtServer) {
      return;
    }
    ServerLoop serving = loop;
    NodeServices left = services;
    overAtServer = true;
    did("broken at server");
    toServer.drop();
    noticeLoss();
    if (left != null) {
      left.forget(this);
    }
    if (serving != null) {
      serving.run(() -> List.copyOf(calls).forEach(RpcCall::brokenAtServer));
    }
  }

  /** The client ends it: so much as was sent arrives, then its end. */
  void closeByClient() {
    if (!overAtClient) {
      toServer(this::breakAtServer);
      overAtClient = true;
      toClient.drop();
    }
  }

  /** Something between them ends the client's direction. */
  void halfClose() {
    List.copyOf(calls).forEach(RpcCall::halfClosedOnTheWay);
  }

  /**
   * The process is gone.
   *
   * @param told whether its machine says so
   */
  void processEnded(boolean told) {
    overAtServer = true;
    did("process ended");
    toServer.drop();
    wires.tally().add(told ? ClientFault.NODE_GONE : ClientFault.NODE_GONE_SILENTLY);
    if (!told) {
      noticeLoss();
    } else {
      toClient.send(() -> breakAtClient(node.id() + " is gone"));
    }
  }
}
