package io.balsa.jepsen.raw;

import com.google.protobuf.ByteString;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.SessionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session that counts, one unary call after another, beside what a test does to the same leader; and how long each call took. */
public final class Bystander implements AutoCloseable {
  private static final Duration MOST = Duration.ofMinutes(1);
  private static final Duration TTL = Duration.ofMinutes(2);

  private final RawNode node;
  private final long session;
  private final ByteString key;
  private final List<Long> nanos = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile @Nullable Throwable failed;

  private Bystander(ServerProcess leader, String name) {
    this.node = RawNode.connect(leader);
    this.session = node.open(TTL);
    this.key = ByteString.copyFromUtf8(name);
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** @param name of its key, which is its own */
  public static Bystander start(ServerProcess leader, String name) {
    Bystander bystander = new Bystander(leader, name);
    bystander.thread.start();
    return bystander;
  }

  private void run() {
    try {
      for (long sequence = 1; !stopped; sequence++) {
        long begun = System.nanoTime();
        long value = node.kv().incr(IncrRequest.newBuilder().setKey(key).setDelta(1).setSession(SessionContext
            .newBuilder().setSessionId(session).setSequence(sequence).setLowestAwaited(sequence)).build()).getValue();
        if (value != sequence) {
          throw new IllegalStateException("call " + sequence + " counted " + value);
        }
        synchronized (nanos) {
          nanos.add(System.nanoTime() - begun);
        }
      }
    } catch (RuntimeException e) {
      failed = e;
    }
  }

  private int calls() {
    synchronized (nanos) {
      return nanos.size();
    }
  }

  /** Waits for this many calls from now on: time enough for others to do what they must not. */
  public void awaitMore(int calls) {
    int enough = calls() + calls;
    Await.until(MOST, () -> calls() >= enough || failed != null, () -> "the bystander stands still");
    if (failed != null) {
      throw new IllegalStateException("the bystander was harmed", failed);
    }
  }

  /** The longest call so far. */
  public Duration longest() {
    synchronized (nanos) {
      return Duration.ofNanos(nanos.isEmpty() ? 0 : Collections.max(nanos));
    }
  }

  @Override
  public String toString() {
    synchronized (nanos) {
      List<Long> sorted = nanos.stream().sorted().toList();
      return sorted.isEmpty() ? "no calls"
          : sorted.size() + " calls, median " + sorted.get(sorted.size() / 2) / 1_000 + " us, longest "
              + sorted.getLast() / 1_000 + " us";
    }
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (node) {
      if (failed == null) {
        node.sessions().close(CloseSessionRequest.newBuilder().setSessionId(session).build());
      }
    }
    if (failed != null) {
      throw new IllegalStateException("the bystander was harmed", failed);
    }
  }
}
