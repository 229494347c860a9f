package io.balsa.server.sim;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.client.session.Call;
import io.balsa.client.session.ConnectionListener;
import io.balsa.client.session.SessionCore;
import io.balsa.client.session.SessionOptions;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.raft.sim.Cluster;
import io.balsa.raft.sim.SimRandom;
import io.balsa.raft.sim.Violation;
import java.util.ArrayDeque;
import java.util.List;

/**
 * One process that uses the SDK: the real session logic, run in rounds as ClientLoop runs it, on clocks of its own. It may stand still,
 * or end without a word.
 */
final class SimSdk {
  private static final long HELD_BYTES_MAX = 1 << 20;
  private static final int EVENTS_A_ROUND = 8_192;
  private static final long NEVER = Long.MAX_VALUE;

  private final Cluster<Result> cluster;
  private final Wires wires;
  private final SessionWatch watch;
  private final int number;
  private final String name;
  private final SimRandom random;
  private final double clockRate;
  private final long startedAt;
  private final long ttlMillis;
  private final SdkConnections connections;
  private final SessionCore core;
  private final ArrayDeque<Runnable> events = new ArrayDeque<>();
  private long wallMillis;
  private boolean signalled;
  private boolean paused;
  private boolean ended;
  private long timerAt = NEVER;
  private int underWay;

  /** How a call ended: exactly one is called, once, in a round. */
  interface Answer {
    void ok(StreamReply reply);

    /** {@link BalsaException#mayHaveBeenApplied} says whether the call may have had an effect. */
    void failed(BalsaException why);
  }

  /**
   * @param number of the client's machine
   * @param life   of the process on it, from 1 on
   * @param clockRate its nanoseconds in one simulated nanosecond
   */
  SimSdk(Cluster<Result> cluster, Wires wires, int number, int life, double clockRate, List<String> seeds,
      long ttlMillis, SimRandom random, SessionWatch watch) {
    this.cluster = cluster;
    this.wires = wires;
    this.watch = watch;
    this.number = number;
    this.name = "client " + number + "." + life;
    this.random = random;
    this.clockRate = clockRate;
    this.ttlMillis = ttlMillis;
    this.startedAt = cluster.timeline().now();
    this.wallMillis = random.between(0, 1_000_000_000L);
    this.connections = new SdkConnections(this, wires, watch);
    Endpoints endpoints = new Endpoints(seeds, AddressResolver.AS_IS, connections::isConnected);
    this.core = new SessionCore(new SessionOptions(ttlMillis, HELD_BYTES_MAX), new LeaderSearch(endpoints, random),
        connections, new Listening());
    connections.drive(core, endpoints);
  }

  // ---- what a user of the SDK does

  void call(StreamRequest.Builder operation, boolean mutation, long timeoutNanos, Answer answer) {
    UserCall call = new UserCall(operation, mutation, now() + timeoutNanos, answer);
    underWay++;
    if (random.chance(0.02)) {
      after(random.exponential(timeoutNanos), call::giveUp);
    }
    event(() -> core.submit(call));
  }

  /** How a get ended: exactly one is called, once, in a round. */
  interface GetAnswer {
    void ok(GetResponse response);

    void failed(Error why);
  }

  /** A get that is a call of its own: at this node, once, and without a session. */
  void get(String address, GetRequest request, long timeoutNanos, GetAnswer answer) {
    underWay++;
    UnaryGet get = new UnaryGet(connections, address, request, new GetAnswer() {
      @Override
      public void ok(GetResponse response) {
        underWay--;
        answer.ok(response);
      }

      @Override
      public void failed(Error why) {
        underWay--;
        answer.failed(why);
      }
    });
    event(get::begin);
    after(timeoutNanos, get::giveUp);
  }

  /** Calls that have not ended; those given up before they had a number never do. */
  int underWay() {
    return underWay;
  }

  /** Calls that have not ended, or that have a number and no answer: given up, they are still sent (S3). */
  int unanswered() {
    return Math.max(underWay, core.unanswered());
  }

  private final class UserCall extends Call {
    private final boolean mutation;
    private final Answer answer;
    private boolean cancelled;
    private boolean completed;

    UserCall(StreamRequest.Builder operation, boolean mutation, long deadline, Answer answer) {
      super(operation, mutation, deadline);
      this.mutation = mutation;
      this.answer = answer;
    }

    void giveUp() {
      if (!completed && !cancelled) {
        cancelled = true;
        underWay--;
        wires.tally().add(ClientFault.CALLER_GAVE_UP);
        cluster.trace().add(name, "gives up", "");
        // What a caller knows that does not wait: nothing.
        answer.failed(Errors.interrupted(mutation));
      }
    }

    @Override
    protected void answered(StreamReply reply) {
      watch.served(core.sessionId());
      end(() -> {
        if (reply.hasError()) {
          answer.failed(Errors.ofAnswer(reply.getError(), reply.getSequence() != 0));
        } else {
          answer.ok(reply);
        }
      });
    }

    @Override
    protected void failed(BalsaException error) {
      end(() -> answer.failed(error));
    }

    private void end(Runnable told) {
      if (completed) {
        throw new Violation("CompletesOnce", name + " completes a call twice");
      }
      completed = true;
      if (!cancelled) {
        underWay--;
        told.run();
      }
    }

    @Override
    protected boolean cancelled() {
      return cancelled;
    }
  }

  private final class Listening implements ConnectionListener {
    @Override
    public void connected(String endpoint) {
      cluster.trace().add(name, "connected", endpoint);
    }

    @Override
    public void disconnected(String endpoint, String reason) {
      cluster.trace().add(name, "disconnected", endpoint + ": " + reason);
    }

    @Override
    public void sessionLost(long sessionId) {
      cluster.trace().add(name, "session lost", sessionId);
      wires.tally().add("SESSION_LOST");
    }

    @Override
    public void sessionExpired(long sessionId, String reason) {
      cluster.trace().add(name, "session over", sessionId + " " + reason);
      wires.tally().add("SESSION_OVER");
      if (!reason.equals(Errors.SESSION_EXPIRED)) {
        throw new Violation("SessionsEndByExpiry", name + " gives session " + sessionId + " up: " + reason);
      }
    }
  }

  // ---- rounds, as ClientLoop has them

  /** Happens in a round, soon and in order. */
  void event(Runnable event) {
    if (ended) {
      return;
    }
    events.add(event);
    signal();
  }

  private void signal() {
    if (!signalled && !paused && !ended) {
      signalled = true;
      cluster.timeline().after(1 + random.exponential(cluster.options().stageDelayNanos()), this::round);
    }
  }

  void after(long nanos, Runnable event) {
    cluster.timeline().after((long) (nanos / clockRate), () -> event(event));
  }

  private void round() {
    signalled = false;
    if (ended || paused) {
      return;
    }
    try {
      core.tick(now(), wallMillis());
      // A socket is read a piece at a time: what came together may fall into two rounds.
      int most = random.chance(0.1) ? random.between(0, 2) : EVENTS_A_ROUND;
      for (int i = 0; i < most && !events.isEmpty(); i++) {
        events.remove().run();
      }
      core.proceed();
      connections.sendFrames();
      wake(core.wakeAt());
    } catch (Violation violation) {
      cluster.violated(violation);
    } catch (RuntimeException e) {
      cluster.violated(new Violation("NoDefects", name + ": " + Cluster.describe(e)));
    }
    if (!events.isEmpty()) {
      signal();
    }
  }

  private void wake(long at) {
    if (at >= timerAt) {
      return;
    }
    timerAt = at;
    long delay = (long) (Math.max(0, at - now()) / clockRate) + 1;
    cluster.timeline().after(delay, () -> {
      if (timerAt == at) {
        timerAt = NEVER;
        signal();
      }
    });
  }

  /** Nanoseconds on this client's clock, since it began. */
  long now() {
    return (long) ((cluster.timeline().now() - startedAt) * clockRate);
  }

  long wallMillis() {
    return wallMillis + now() / 1_000_000;
  }

  // ---- what befalls it

  void pause() {
    paused = true;
    cluster.trace().add(name, "pause", "");
  }

  /** @param timersFirst whether a timer runs before anything is read */
  void resume(boolean timersFirst) {
    if (!paused || ended) {
      return;
    }
    paused = false;
    cluster.trace().add(name, "resume", events.size());
    if (timersFirst) {
      core.tick(now(), wallMillis());
    }
    timerAt = NEVER;
    signal();
  }

  boolean isPaused() {
    return paused;
  }

  void jumpWallClock(long millis) {
    wallMillis += millis;
    cluster.trace().add(name, "wall clock", millis);
  }

  /** The process ends without a word; its machine resets its connections. */
  void kill() {
    ended = true;
    cluster.trace().add(name, "killed", "");
    connections.end();
  }

  boolean hasEnded() {
    return ended;
  }

  // ---- what is seen of it

  int number() {
    return number;
  }

  String name() {
    return name;
  }

  long ttlMillis() {
    return ttlMillis;
  }

  SessionCore core() {
    return core;
  }

  SdkConnections connections() {
    return connections;
  }

  SimRandom random() {
    return random;
  }

  Cluster<Result> cluster() {
    return cluster;
  }

  @Override
  public String toString() {
    return name;
  }
}
