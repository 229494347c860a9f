package io.balsa.jepsen.torture.workload;

import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.PutResult;
import io.balsa.jepsen.checker.SessionChecker;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Every client puts 1, 2, 3, ... to a key of its own and reads it, several calls at a time through its session without waiting for the
 * answers in between; now and then it reads another one's key. Operations are those of {@link SessionChecker}: calls made at one moment
 * are one operation, or one for each way in which some of them ended.
 */
public final class SessionWorkload implements Workload {
  private static final int CALLS_MOST = 8;

  private final String prefix = Steps.prefix("session");
  /** The last value that each client put. */
  private final Map<Integer, AtomicLong> last = new ConcurrentHashMap<>();

  /** A call under way. */
  private record Call(List<Object> what, CompletableFuture<Object> answer) {
    boolean isPut() {
      return what.get(0).equals("put");
    }
  }

  @Override
  public String name() {
    return "session";
  }

  @Override
  public String description() {
    return "pipelined calls of a session: once, in their order, and each read sees the writes before it";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("pipeline");
  }

  private static String key(int client) {
    return "s" + client;
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    AtomicLong own = last.computeIfAbsent(client.number(), number -> new AtomicLong());
    if (client.random().nextInt(5) == 0) {
      String other = key(client.random().nextInt(last.size()));
      client.record("read", List.of(other), () -> Steps.number(client.client().unaryKv(), prefix + other));
      return;
    }
    String key = key(client.number());
    Kv kv = client.client().kv();
    long invoked = client.now();
    List<Call> calls = new ArrayList<>();
    for (int left = 1 + client.random().nextInt(CALLS_MOST); left > 0; left--) {
      calls.add(client.random().nextInt(3) == 0 ? get(kv, key, own.get()) : put(kv, key, own.incrementAndGet()));
    }
    try {
      CompletableFuture.allOf(calls.stream().map(Call::answer).toArray(CompletableFuture[]::new)).get();
    } catch (ExecutionException e) {
      // How each call ended is looked at below.
    } finally {
      add(client, key, calls, invoked);
    }
  }

  private Call put(Kv kv, String key, long value) {
    return new Call(List.of("put", value),
        kv.putAsync(prefix + key, Long.toString(value), PutOption.prevKv()).thenApply(SessionWorkload::answer));
  }

  private static Object answer(PutResult put) {
    return List.of(put.revision(), put.prevKv().map(KeyValue::number).orElse(0L),
        put.prevKv().map(KeyValue::version).orElse(0L));
  }

  private Call get(Kv kv, String key, long lastPut) {
    return new Call(List.of("get", lastPut),
        kv.getAsync(prefix + key).thenApply(found -> found.map(KeyValue::number).orElse(0L)));
  }

  /**
   * What has an unknown outcome goes first, for its process does nothing more; then what ended OK, by the next one. What had no effect
   * had none at any time, so it stands behind that.
   */
  private static void add(TortureClient client, String key, List<Call> calls, long invoked) {
    List<Call> unknown = calls.stream().filter(call -> completion(call) == Completion.UNKNOWN).toList();
    List<Call> ok = calls.stream().filter(call -> completion(call) == Completion.OK).toList();
    List<Call> failed = calls.stream().filter(call -> completion(call) == Completion.FAILED).toList();
    if (!unknown.isEmpty()) {
      client.add("pipeline", argument(key, unknown), null, invoked, Completion.UNKNOWN, error(unknown.get(0)));
    }
    if (!ok.isEmpty()) {
      client.add("pipeline", argument(key, ok), ok.stream().map(call -> call.answer().resultNow()).toList(), invoked,
          Completion.OK, null);
    }
    if (!failed.isEmpty()) {
      client.add("pipeline", argument(key, failed), null, client.now(), Completion.FAILED, error(failed.get(0)));
    }
  }

  private static List<Object> argument(String key, List<Call> calls) {
    return List.of(key, calls.stream().map(Call::what).toList());
  }

  private static Completion completion(Call call) {
    return switch (call.answer().state()) {
      case SUCCESS -> Completion.OK;
      // Interrupted: a put goes on.
      case RUNNING -> call.isPut() ? Completion.UNKNOWN : Completion.FAILED;
      case FAILED -> failure(call).mayHaveBeenApplied() ? Completion.UNKNOWN : Completion.FAILED;
      case CANCELLED -> throw new IllegalStateException("nobody cancels a call, and this was: " + call.what());
    };
  }

  private static BalsaException failure(Call call) {
    if (call.answer().exceptionNow() instanceof BalsaException failure) {
      return failure;
    }
    throw new IllegalStateException(call.what() + " failed with what is no BalsaException",
        call.answer().exceptionNow());
  }

  private static String error(Call call) {
    return call.answer().isDone() ? String.valueOf(failure(call).getMessage()) : "interrupted";
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    for (int number : last.keySet()) {
      Steps.untilOk(() -> client.record("read", List.of(key(number)),
          () -> Steps.number(client.client().unaryKv(), prefix + key(number))));
    }
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(SessionChecker.check(history));
  }
}
