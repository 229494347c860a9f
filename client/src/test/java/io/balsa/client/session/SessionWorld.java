package io.balsa.client.session;

import io.balsa.client.error.ErrorCode;
import io.balsa.client.error.Errors;
import io.balsa.client.fake.ModelStore;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.Endpoints;
import io.balsa.client.routing.LeaderSearch;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamReady;
import io.balsa.proto.v1.StreamReplies;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A core against a model of three nodes, with a network between them that delays, breaks and loses; all drawn from one seed.
 * Old connections go on delivering what was sent on them, as real ones do.
 */
class SessionWorld implements SessionPort {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final List<String> NODES = List.of("a:1", "b:1", "c:1");

  /** One attempt: a request to open a session, or a stream. */
  private final class Link {
    final long attempt;
    final String node;
    final Deque<Object> toServer = new ArrayDeque<>();
    final Deque<Runnable> toClient = new ArrayDeque<>();
    long session;
    long number;
    boolean ended;
    /** Answered by the state, not yet sent: they leave in any order (S6). */
    final List<StreamReply> answers = new ArrayList<>();
    /** Waits of locks that came on it. */
    final List<StreamRequest> waiting = new ArrayList<>();

    Link(long attempt, String node) {
      this.attempt = attempt;
      this.node = node;
    }

    void end(Error error) {
      if (!ended) {
        ended = true;
        answers.clear();
        waiting.clear();
        toClient.add(() -> core.failed(attempt, error));
      }
    }
  }

  final ModelStore store = new ModelStore(() -> this.now / MS);
  final SessionCore core;
  final List<TestCall> calls = new ArrayList<>();
  final SplittableRandom random;
  private final Map<Long, Link> links = new TreeMap<>();
  private final Deque<KeepAliveRequest> keepAlives = new ArrayDeque<>();
  private final Deque<LeaseKeepAliveRequest> leaseKeepAlives = new ArrayDeque<>();
  private final long ttlMillis;
  /** How fast the client's clocks run, and how far its wall clock was set. */
  private final double clientRate;
  long wallOffsetMillis;
  private String leader = NODES.get(0);
  private boolean leaderKnown = true;
  long now;
  boolean expiryAllowed;

  SessionWorld(long seed) {
    this(seed, 10_000, 1);
  }

  SessionWorld(long seed, long ttlMillis, double clientRate) {
    random = new SplittableRandom(seed);
    this.ttlMillis = ttlMillis;
    this.clientRate = clientRate;
    core = new SessionCore(new SessionOptions(ttlMillis, 1 << 24),
        new LeaderSearch(new Endpoints(NODES, AddressResolver.AS_IS, address -> false), random.split()), this,
        ConnectionListener.NONE);
  }

  // ---- the port

  @Override
  public void openSession(long attempt, String address, long ttlMillis) {
    link(attempt, address).toServer.add("open");
  }

  @Override
  public void openStream(long attempt, String address, StreamHello hello) {
    link(attempt, address).toServer.add(hello);
  }

  private Link link(long attempt, String address) {
    Link link = new Link(attempt, address);
    links.put(attempt, link);
    return link;
  }

  @Override
  public void abandon(long attempt) {
    // What it had sent may still arrive, both ways.
  }

  @Override
  public void keepAlive(String address, KeepAliveRequest request) {
    keepAlives.add(request);
  }

  @Override
  public void keepLeaseAlive(String address, LeaseKeepAliveRequest request) {
    leaseKeepAlives.add(request);
  }

  @Override
  public void distrust(String address) {}

  // ---- steps

  /** One thing happens. */
  void step() {
    int draw = random.nextInt(100);
    if (draw < 25) {
      submit();
    } else if (draw < 55) {
      deliverToServer();
    } else if (draw < 80) {
      deliverToClient();
    } else if (draw < 90) {
      now += random.nextInt(60) * MS;
    } else if (draw < 94) {
      breakOne();
    } else if (draw < 97) {
      leaderKnown = random.nextInt(3) > 0;
      lead(NODES.get(random.nextInt(NODES.size())));
    } else if (draw < 98) {
      now += random.nextInt(3_000) * MS;
    } else if (draw < 99 && expiryAllowed) {
      expire();
    } else if (!calls.isEmpty()) {
      calls.get(random.nextInt(calls.size())).cancelled = true;
    }
    round();
  }

  private void expire() {
    store.liveSessions().forEach(store::expire);
    if (random.nextBoolean()) { // a KeepAlive tells it before the stream does
      core.keptAlive(KeepAliveResponse.newBuilder().setSessionId(core.sessionId()).setError(expired()).build());
    }
  }

  long clientNow() {
    return (long) (now * clientRate);
  }

  long clientWallMillis() {
    return clientNow() / MS + wallOffsetMillis;
  }

  void round() {
    core.tick(clientNow(), clientWallMillis());
    core.proceed();
    Link current = links.get(core.attempt());
    while (random.nextInt(3) > 0) {
      ClientFrame frame = core.nextFrame();
      if (frame == null) {
        break;
      }
      current.toServer.add(frame.getRequests());
    }
  }

  private void submit() {
    long deadline = random.nextInt(20) == 0 ? now + random.nextInt(500) * MS : Long.MAX_VALUE;
    int index = calls.size();
    TestCall call = random.nextInt(4) == 0 ? TestCall.get(index, deadline) : TestCall.put(index, deadline);
    calls.add(call);
    core.submit(call);
  }

  private @Nullable Link any() {
    return links.isEmpty() ? null : List.copyOf(links.values()).get(random.nextInt(links.size()));
  }

  private void breakOne() {
    Link link = any();
    if (link != null) {
      if (random.nextBoolean()) {
        link.toServer.clear(); // lost with the connection; else it still arrives
      }
      link.toClient.clear();
      link.end(Errors.unreachable("broken"));
    }
  }

  private void lead(String node) {
    leader = node;
    links.values().stream().filter(link -> !link.node.equals(leader)).forEach(link -> link.end(notLeader()));
  }

  private Error notLeader() {
    Error.Builder error = Errors.error(ErrorCode.UNAVAILABLE, Errors.NOT_LEADER, "not the leader").toBuilder();
    if (leaderKnown) {
      error.addDetails(Error.Detail.newBuilder().setKey("leader_address").setValue(leader));
    }
    return error.build();
  }

  private void deliverToServer() {
    Link link = any();
    Object message = link == null ? null : link.toServer.poll();
    if (message == null || link.ended) {
      return;
    }
    if (!link.node.equals(leader)) {
      link.end(notLeader());
    } else if (message instanceof StreamHello hello) {
      hello(link, hello);
    } else if (message instanceof StreamRequests requests) {
      requests(link, requests);
    } else {
      OpenSessionResponse opened = OpenSessionResponse.newBuilder().setSessionId(store.open(ttlMillis))
          .setTtlMillis(ttlMillis)
          .build();
      link.toClient.add(() -> core.opened(link.attempt, opened));
    }
  }

  private void hello(Link link, StreamHello hello) {
    long session = hello.getSessionId();
    if (!store.lives(session)) {
      link.end(expired());
      return;
    }
    Error superseded = Errors.error(ErrorCode.ABORTED, Errors.SUPERSEDED, "a newer stream");
    for (Link other : links.values()) {
      if (other.session == session && !other.ended && other.number > hello.getStreamNumber()) {
        link.end(superseded); // this hello was delayed
        return;
      }
    }
    links.values().stream().filter(older -> older.session == session).forEach(older -> older.end(superseded));
    link.session = session;
    link.number = hello.getStreamNumber();
    StreamReady ready = StreamReady.newBuilder().setLastSequence(store.last(session)).setBeatMillis(300).build();
    link.toClient.add(() -> core.ready(link.attempt, ready));
  }

  private static Error expired() {
    return Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.SESSION_EXPIRED, "expired");
  }

  private void requests(Link link, StreamRequests requests) {
    for (StreamRequest request : requests.getRequestsList()) {
      if (!store.lives(link.session)) {
        link.end(expired());
        return;
      }
      if (request.hasLockAwait()) {
        link.waiting.add(request);
      } else if (request.getSequence() == 0) {
        if (request.getAfter() > store.last(link.session)) {
          throw new AssertionError("a read that no mutation sent before it can free: " + request);
        }
        link.answers.add(store.execute(request));
      } else if (request.getSequence() > store.last(link.session) + 1) {
        link.end(Errors.error(ErrorCode.FAILED_PRECONDITION, Errors.WRONG_SEQUENCE, "a gap"));
        return;
      } else {
        link.answers.add(store.apply(link.session, requests.getLowestAwaited(), request));
        if (random.nextInt(10) == 0) {
          link.answers.add(link.answers.get(link.answers.size() - 1)); // told twice
        }
      }
    }
  }

  private void deliverToClient() {
    Link link = any();
    if (link == null) {
      return;
    }
    flush(link);
    Runnable message = link.toClient.poll();
    if (message != null) {
      core.tick(clientNow(), clientWallMillis());
      message.run();
    }
    KeepAliveRequest renewal = random.nextBoolean() ? keepAlives.poll() : null;
    if (renewal != null) {
      KeepAliveResponse.Builder answer = KeepAliveResponse.newBuilder().setSessionId(renewal.getSessionId())
          .setRequestId(renewal.getRequestId());
      core.keptAlive(store.renew(renewal.getSessionId()) ? answer.setTtlMillis(ttlMillis).build()
          : answer.setError(expired()).build());
    }
    LeaseKeepAliveRequest renewed = random.nextBoolean() ? leaseKeepAlives.poll() : null;
    if (renewed != null && random.nextInt(10) > 0) {
      LeaseKeepAliveResponse.Builder answer = LeaseKeepAliveResponse.newBuilder().setLeaseId(renewed.getLeaseId())
          .setRequestId(renewed.getRequestId());
      if (store.renew(renewed.getLeaseId())) {
        answer.setTtlMillis(store.ttlMillis(renewed.getLeaseId()));
      } else {
        answer.setError(Errors.error(ErrorCode.NOT_FOUND, Errors.LEASE_NOT_FOUND, "gone"));
      }
      core.leaseKeptAlive(answer.build());
    }
  }

  private void flush(Link link) {
    if (link.ended) {
      return;
    }
    link.waiting.removeIf(wait -> {
      StreamReply outcome = store.await(wait);
      if (outcome != null) {
        link.answers.add(outcome);
      }
      return outcome != null;
    });
    StreamReplies.Builder replies = StreamReplies.newBuilder();
    while (!link.answers.isEmpty() && random.nextInt(5) > 0) {
      replies.addReplies(link.answers.remove(random.nextInt(link.answers.size())));
    }
    if (replies.getRepliesCount() > 0) {
      link.toClient.add(() -> core.replies(link.attempt, replies.build()));
    } else {
      link.toClient.add(() -> core.beat(link.attempt));
    }
  }

  /** The faults end, and everything that can come to an end does, within so many steps. */
  boolean comesToRest(int stepsMax) {
    leaderKnown = true;
    for (int i = 0; i < stepsMax && calls.stream().anyMatch(this::open); i++) {
      calmStep();
    }
    return calls.stream().noneMatch(this::open);
  }

  /** Time passes, everything is delivered. */
  void calmStep() {
    now += 2 * MS;
    deliverToServer();
    deliverToClient();
    round();
    links.keySet().removeIf(attempt -> attempt < core.attempt());
  }

  void leaderIsKnown() {
    leaderKnown = true;
  }

  /** A call cancelled before its number ends without a word. */
  private boolean open(TestCall call) {
    return call.completions == 0 && !call.cancelled;
  }
}
