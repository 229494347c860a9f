package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.LockInfo;
import io.balsa.proto.v1.LockRequestInfo;
import io.balsa.proto.v1.LockState;
import io.balsa.proto.v1.PutRequest;
import io.balsa.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Locks against a model that is one list of requests in the order they came (K2 to K5, T4), and against what must hold whatever the
 * model says: tokens grow, an exclusive holder is alone, and a write fenced with an old token never lands.
 */
final class LockModelTest {
  private static final List<String> LOCKS = List.of("l", "m");
  private static final List<String> OWNERS = List.of("", "x", "y");
  private static final long TTL_MILLIS = 5_000;

  private MemoryStore store = new MemoryStore();
  private Machine m = new Machine(store);
  private final LockModel model = new LockModel();
  private final List<Long> sessions = new ArrayList<>();
  private final TreeMap<Long, Long> sequences = new TreeMap<>();
  private final TreeSet<Long> tokens = new TreeSet<>();
  private long now = Log.SECOND;

  /** One step; what its numbers mean depends on its kind. */
  record Step(Kind kind, int session, int lock, int owner, int number) {
  }

  enum Kind {
    ACQUIRE, SHARE, RELEASE, CLOSE, RENEW, TIME, CLOCK, FENCED_PUT, RESTART
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void locksAgreeWithAListOfRequests(@ForAll("steps") List<Step> steps) throws Exception {
    // An instance is shared by all tries.
    new LockModelTest().run(steps);
  }

  private void run(List<Step> steps) throws Exception {
    for (int i = 0; i < 3; i++) {
      open();
    }
    for (Step step : steps) {
      m.at(now);
      switch (step.kind) {
        case ACQUIRE, SHARE -> acquire(step);
        case RELEASE -> release(step);
        case CLOSE -> close(step);
        case RENEW -> renew(step);
        case TIME -> now += step.number * Log.SECOND / 2;
        case CLOCK -> clock();
        case FENCED_PUT -> fencedPut(step);
        case RESTART -> restart();
      }
      check();
    }
  }

  private void open() {
    long id = m.at(now).open(TTL_MILLIS);
    sessions.add(id);
    sequences.put(id, 0L);
    model.open(id, now + TTL_MILLIS * 1_000_000);
  }

  private long session(Step step) {
    return sessions.get(step.session);
  }

  private Result send(long session, Command.Builder command) {
    return m.apply(Log.numbered(session, sequences.merge(session, 1L, Long::sum), command));
  }

  private void acquire(Step step) {
    long session = session(step);
    String lock = LOCKS.get(step.lock);
    boolean shared = step.kind == Kind.SHARE;
    int permits = shared ? step.number % 3 : 0;
    Command.Builder acquire = shared
        ? Log.share(lock, OWNERS.get(step.owner), permits)
        : Log.acquire(lock, OWNERS.get(step.owner));
    long wait = step.number < 3 ? -1 : (step.number - 3) * 1_000L;
    if (wait >= 0) {
      acquire.getLockAcquireBuilder().setWaitMillis(wait);
    }
    long lastToken = model.lastToken();
    Result result = send(session, acquire);
    String expected = model.acquire(lock, session, sequences.get(session), OWNERS.get(step.owner), shared, permits,
        wait < 0 ? Long.MAX_VALUE : now + wait * 1_000_000, wait == 0);
    String actual = result.hasError()
        ? result.getError().getReason()
        : result.getLockAcquire().getState() + " " + result.getLockAcquire().getToken();
    assertThat(actual).isEqualTo(expected);
    if (result.getLockAcquire().getState() == LockState.HELD && result.getLockAcquire().getToken() > lastToken) {
      assertThat(result.getLockAcquire().getToken()).isEqualTo(lastToken + 1);
    }
  }

  private void release(Step step) {
    long session = session(step);
    long sequence = Math.max(1, sequences.get(session) - step.number);
    Result result = send(session, Log.release(LOCKS.get(step.lock), session, sequence));
    assertThat(result.getLockRelease().getWas().name())
        .isEqualTo(model.release(LOCKS.get(step.lock), session, sequence));
  }

  private void close(Step step) {
    long session = session(step);
    m.apply(step.number % 2 == 0 ? Log.close(session) : Log.revoke(session));
    model.end(session);
    model.settle();
    sessions.remove(session);
    open();
  }

  private void renew(Step step) {
    m.apply(Log.renew(session(step)));
    model.renew(session(step), now + TTL_MILLIS * 1_000_000);
  }

  private void clock() {
    m.clock(now);
    for (long gone : model.clock(now)) {
      sessions.remove(gone);
    }
    while (sessions.size() < 3) {
      open();
    }
  }

  private void fencedPut(Step step) {
    String lock = LOCKS.get(step.lock);
    long token = model.lastToken() - step.number;
    Result result = m.apply(Log.command().setPut(
        PutRequest.newBuilder().setKey(Log.bytes("k")).setFence(Log.fence(lock, token))));
    assertThat(result.hasPut()).as("%s with token %s", lock, token).isEqualTo(model.isHeld(lock, token));
  }

  private void restart() throws Exception {
    m.machine.flush();
    store = store.crash();
    Machine restarted = m.restarted(store);
    assertThat(restarted.machine.toString()).as("rebuilt (A2)").isEqualTo(m.machine.toString());
    m = restarted;
  }

  private void check() throws Exception {
    StateReads reads = m.machine.reads();
    for (LockModel.Request request : model.everything()) {
      LockRequestState expected = request.gone
          ? LockRequestState.GONE
          : request.token == 0 ? LockRequestState.WAITING : LockRequestState.held(request.token);
      assertThat(reads.lockRequest(request.lock, request.session, request.sequence)).as("%s", request)
          .isEqualTo(expected);
    }
    for (String lock : LOCKS) {
      LockInfo info = reads.lock(lock);
      assertThat(info == null ? List.of() : ids(info.getHoldersList())).isEqualTo(model.holders(lock));
      assertThat(info == null ? List.of() : ids(info.getQueueList())).isEqualTo(model.queue(lock));
      if (info != null) {
        aloneOrShared(info);
      }
    }
    assertThat(m.machine.nextDueNanos()).isEqualTo(model.nextDue());
  }

  /** K3, K4, K5, without the model. */
  private void aloneOrShared(LockInfo info) {
    TreeMap<Long, String> owners = new TreeMap<>();
    for (LockRequestInfo holder : info.getHoldersList()) {
      String owner = holder.getOwner().isEmpty()
          ? holder.getRequest().toString()
          : holder.getRequest().getSessionId() + holder.getOwner();
      assertThat(owners.merge(holder.getToken(), owner, (first, second) -> second)).isEqualTo(owner);
      if (tokens.add(holder.getToken())) {
        assertThat(tokens.last()).as("a new token is the largest").isEqualTo(holder.getToken());
      }
    }
    assertThat(owners.values()).doesNotHaveDuplicates();
    if (info.getMode() == io.balsa.proto.v1.LockMode.EXCLUSIVE) {
      assertThat(owners).hasSize(1);
    } else if (info.getPermits() > 0) {
      assertThat(owners).hasSizeLessThanOrEqualTo(info.getPermits());
    }
    assertThat(owners.isEmpty()).as("a lock in use is held").isFalse();
  }

  private static List<String> ids(List<LockRequestInfo> requests) {
    return requests.stream()
        .map(request -> request.getRequest().getSessionId() + "/" + request.getRequest().getSequence()).toList();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds = Arbitraries.frequency(net.jqwik.api.Tuple.of(6, Kind.ACQUIRE),
        net.jqwik.api.Tuple.of(6, Kind.SHARE), net.jqwik.api.Tuple.of(9, Kind.RELEASE),
        net.jqwik.api.Tuple.of(1, Kind.CLOSE), net.jqwik.api.Tuple.of(2, Kind.RENEW),
        net.jqwik.api.Tuple.of(3, Kind.TIME),
        net.jqwik.api.Tuple.of(3, Kind.CLOCK), net.jqwik.api.Tuple.of(4, Kind.FENCED_PUT),
        net.jqwik.api.Tuple.of(1, Kind.RESTART));
    return Combinators.combine(kinds, Arbitraries.integers().between(0, 2), Arbitraries.integers().between(0, 1),
        Arbitraries.integers().between(0, 2), Arbitraries.integers().between(0, 5)).as(Step::new).list().ofMaxSize(120);
  }
}
