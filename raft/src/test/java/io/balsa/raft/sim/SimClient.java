package io.balsa.raft.sim;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.sim.RegisterProtocol.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client that does one operation after the other. It writes at the node that it believes to lead, follows hints, and reads at any
 * node (C3); it gives up after a while. With a session it sends an operation of unknown outcome again, under the same sequence; without one it never does.
 * It records what it knows: a result, or that it cannot know. It never guesses.
 */
final class SimClient<R> {
  private static final long MILLIS = 1_000_000;

  private final Cluster<R> cluster;
  private final int number;
  private final SimRandom random;
  private final List<Operation> history;
  private final boolean withSession;
  /** What this client last saw in each register: what its next compare-and-set expects. */
  private final TreeMap<Integer, Long> seen = new TreeMap<>();
  /** The nodes that it asks. */
  private List<SimNode<R>> servers;
  private SimNode<R> target;
  /** 0: none, or not opened yet. */
  private long session;
  private long sequence;
  private long values;
  private boolean stopped;
  private boolean probed;
  private @Nullable Doing doing;

  SimClient(Cluster<R> cluster, int number, SimRandom random, List<Operation> history) {
    this.cluster = cluster;
    this.number = number;
    this.random = random;
    this.history = history;
    this.withSession = random.chance(0.5);
    this.servers = cluster.living();
    this.target = random.pick(servers);
  }

  void start() {
    cluster.timeline().after(random.exponential(cluster.options().thinkNanos()), this::next);
  }

  void stop() {
    stopped = true;
  }

  boolean isIdle() {
    return doing == null;
  }

  private void next() {
    if (stopped) {
      return;
    }
    if (withSession && session == 0) {
      if (cluster.protocol().openSession(0) == null) {
        session = number + 1L;
      } else {
        begin(new Doing(null, 0, random.between(200, 4_000) * MILLIS, false));
        return;
      }
    }
    int key = random.between(0, cluster.options().keys() - 1);
    double dice = random.between(0.0, 1.0);
    Operation.Kind kind = dice < 0.4 ? Operation.Kind.READ
        : dice < 0.75 ? Operation.Kind.WRITE : cluster.hasCompareAndSet() ? Operation.Kind.CAS : Operation.Kind.ADD;
    begin(new Doing(kind, key, random.between(200, 4_000) * MILLIS, false));
  }

  /** Writes to whichever of these nodes leads, until one write is known to be done. */
  void probe(List<SimNode<R>> core, long patienceNanos) {
    servers = core;
    target = random.pick(core);
    begin(new Doing(Operation.Kind.WRITE, 0, patienceNanos, true));
  }

  boolean isProbed() {
    return probed;
  }

  private void begin(Doing operation) {
    doing = operation;
    cluster.trace().add("client " + number, "begin", operation.kind + " " + operation.key + " " + operation.value);
    cluster.timeline().after(operation.patienceNanos, operation::giveUp);
    operation.attempt();
  }

  /** A one-way trip between client and node. */
  private long trip() {
    return 20_000 + random.exponential(cluster.options().latencyNanos());
  }

  /** One operation, from its invocation to what is known of its end. */
  private final class Doing {
    /** Null: opens a session. */
    private final Operation.@Nullable Kind kind;
    private final int key;
    private final long value;
    private final long expected;
    /** A request may still be on its way when its client has given up, and its session with it. */
    private final long operationSession = session;
    private final long operationSequence;
    private final long patienceNanos;
    private final long invokedAt = cluster.timeline().now();
    private final boolean probe;
    private boolean mayBeInLog;
    private @Nullable Attempt attempt;

    Doing(Operation.@Nullable Kind kind, int key, long patienceNanos, boolean probe) {
      this.kind = kind;
      this.key = key;
      this.value = kind == Operation.Kind.READ ? 0 : (number + 1) * 1_000_000L + ++values;
      this.expected = seen.getOrDefault(key, 0L);
      this.operationSequence = kind == null || kind == Operation.Kind.READ ? 0 : ++sequence;
      this.patienceNanos = patienceNanos;
      this.probe = probe;
    }

    boolean isOver() {
      return doing != this;
    }

    void attempt() {
      if (isOver()) {
        return;
      }
      Attempt current = new Attempt(this);
      attempt = current;
      SimNode<R> asked = kind == Operation.Kind.READ ? random.pick(servers) : target;
      cluster.timeline().after(trip(), () -> {
        if (!asked.accepts(current, kind == Operation.Kind.READ ? this::read : this::propose)) {
          current.rejected(Rejection.NO_LEADER, null); // the connection is refused: nothing was sent
        }
      });
    }

    private void read(SimProcess<R> server, Caller<R> caller) {
      server.calls().read(caller);
    }

    private void propose(SimProcess<R> server, Caller<R> caller) {
      server.calls().propose(payload(cluster.uniqueId()), caller);
    }

    private Bytes payload(long id) {
      RegisterProtocol<R> protocol = cluster.protocol();
      if (kind == null) {
        return Objects.requireNonNull(protocol.openSession(id));
      }
      return switch (kind) {
        case WRITE -> protocol.write(operationSession, operationSequence, id, key, value);
        case CAS -> Objects.requireNonNull(
            protocol.compareAndSet(operationSession, operationSequence, id, key, expected, value));
        case ADD -> protocol.increment(operationSession, operationSequence, id, key);
        case READ, FAILED_CAS -> throw new IllegalStateException("nothing to propose: " + kind);
      };
    }

    void tryElsewhere(@Nullable NodeId leader) {
      SimNode<R> hinted = leader == null ? null : cluster.node(leader);
      target = hinted == null || !servers.contains(hinted) || random.chance(0.1) ? random.pick(servers) : hinted;
      attempt = null;
      cluster.timeline().after(MILLIS + random.exponential(20 * MILLIS), this::attempt);
    }

    void lost() {
      if (kind == Operation.Kind.READ) {
        tryElsewhere(null);
      } else {
        mayBeInLog = true;
        if (operationSession != 0 && kind != null) {
          tryElsewhere(null);
        } else {
          end("unknown");
        }
      }
    }

    void answered(R result) {
      if (kind == null) {
        session = cluster.protocol().openedSession(result);
        sequence = 0;
        attempt = null;
        mayBeInLog = false;
        end("opened session " + session);
        return;
      }
      Outcome outcome = cluster.protocol().outcome(result);
      if (outcome == null) {
        end("refused for its session");
        return;
      }
      if (kind == Operation.Kind.ADD) {
        record(kind, outcome.before(), true);
        end("counted " + outcome.before());
        return;
      }
      seen.put(key, outcome.done() ? value : outcome.before());
      record(outcome.done() ? kind : Operation.Kind.FAILED_CAS, outcome.done() ? value : outcome.before(), true);
      end("done " + outcome);
    }

    void wasRead(long read) {
      seen.put(key, read);
      record(Operation.Kind.READ, read, true);
      end("read " + read);
    }

    void giveUp() {
      if (!isOver()) {
        mayBeInLog |= attempt != null;
        end("gives up");
      }
    }

    private void record(Operation.Kind recorded, long observed, boolean known) {
      history.add(new Operation(number, recorded, key, observed, expected, invokedAt,
          known ? cluster.timeline().now() : Long.MAX_VALUE));
      probed |= probe && known;
      mayBeInLog = false;
      attempt = null;
    }

    private void end(String how) {
      boolean unknown = mayBeInLog || how.startsWith("refused");
      if (mayBeInLog && kind != null && kind != Operation.Kind.READ) {
        record(kind, value, false);
      }
      if (unknown && cluster.protocol().openSession(0) != null) {
        session = 0; // its sequences can go on no more
      }
      cluster.trace().add("client " + number, "end", how);
      doing = null;
      if (!probe) {
        start();
      } else if (!probed) {
        probe(servers, patienceNanos);
      }
    }
  }

  /** One try of an operation at one node; what comes back takes its time, and is ignored when it comes too late. */
  private final class Attempt implements Caller<R> {
    private final Doing of;

    Attempt(Doing of) {
      this.of = of;
    }

    private void back(Runnable action) {
      cluster.timeline().after(trip(), () -> {
        if (!of.isOver() && of.attempt == this) {
          action.run();
        }
      });
    }

    @Override
    public void applied(LogId at, R result) {
      back(() -> of.answered(result));
    }

    @Override
    public void readReady(SimProcess<R> server) {
      // The read itself is a little later, by a reader of the same process.
      cluster.timeline().after(random.exponential(cluster.options().stageDelayNanos()), () -> {
        if (server.isEnded()) {
          unknown();
        } else {
          long read = server.register(of.key);
          back(() -> of.wasRead(read));
        }
      });
    }

    @Override
    public void rejected(Rejection why, @Nullable NodeId leader) {
      back(() -> of.tryElsewhere(leader));
    }

    @Override
    public void unknown() {
      back(of::lost);
    }
  }
}
