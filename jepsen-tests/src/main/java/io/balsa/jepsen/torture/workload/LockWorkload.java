package io.balsa.jepsen.torture.workload;

import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.lock.LockInfo;
import io.balsa.client.lock.LockRequestInfo;
import io.balsa.jepsen.checker.LockChecker;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Few locks that are passed on. Who holds one writes to its key, fenced by the token; some hold it long, so that queues grow, and some
 * write again with the old token after they have released it. Before a client asks it often looks at the queue. Operations are those of
 * {@link LockChecker}.
 */
public final class LockWorkload implements Workload {
  private static final int LOCKS = 2;
  private static final Duration WAIT_MOST = Duration.ofSeconds(8);
  private static final Duration LONG_HOLD = Duration.ofSeconds(2);

  private final String prefix = Steps.prefix("lock");

  @Override
  public String name() {
    return "lock";
  }

  @Override
  public String description() {
    return "locks passed on: one holder at a time as the fenced key sees it, in the order of the queue";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("acquire", "write", "release");
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    String lock = "l" + client.random().nextInt(LOCKS);
    if (client.random().nextInt(3) == 0) {
      client.record("describe", List.of(lock), () -> describe(client, lock));
    }
    long invoked = client.now();
    LockGrant grant;
    try {
      grant = client.client().lock(prefix + lock).acquire(WAIT_MOST);
    } catch (BalsaException e) {
      client.failed("acquire", List.of(lock), invoked, e);
      return;
    }
    try {
      client.add("acquire", List.of(lock), List.of(grant.token(), grant.sessionId(), grant.sequence()), invoked,
          Completion.OK, null);
      use(client, lock, grant);
    } finally {
      grant.close();
    }
    if (client.random().nextInt(5) == 0) {
      write(client, lock, grant);
    }
  }

  private List<List<Object>> describe(TortureClient client, String lock) {
    return client.client().locks().describe(prefix + lock).map(LockWorkload::holdersAndQueue)
        .orElse(List.of(List.of(), List.of()));
  }

  private static List<List<Object>> holdersAndQueue(LockInfo info) {
    List<Object> holders = info.holders().stream().<Object>map(LockRequestInfo::token).toList();
    List<Object> queue = info.queue().stream().<Object>map(request -> List.of(request.sessionId(), request.sequence()))
        .toList();
    return List.of(holders, queue);
  }

  private void use(TortureClient client, String lock, LockGrant grant) throws InterruptedException {
    write(client, lock, grant);
    if (client.random().nextInt(600) == 0) {
      Steps.pause(LONG_HOLD);
    } else if (client.random().nextInt(10) == 0) {
      Steps.pause(Duration.ofMillis(client.random().nextInt(50)));
    }
    if (client.random().nextBoolean()) {
      write(client, lock, grant);
    }
    long asked = client.now();
    long heldUntil = grant.isHeld() ? asked : -1;
    client.record("release", List.of(lock, grant.token(), heldUntil), () -> {
      grant.release();
      return grant.token();
    });
  }

  /** Through the session that holds the lock, or without one: the fence is the same. */
  private void write(TortureClient client, String lock, LockGrant grant) throws InterruptedException {
    client.record("write", List.of(lock, grant.token()), () -> Steps.kv(client)
        .put(prefix + lock + "/key", Long.toString(grant.token()), PutOption.fencedBy(grant)).revision());
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(LockChecker.check(history));
  }
}
