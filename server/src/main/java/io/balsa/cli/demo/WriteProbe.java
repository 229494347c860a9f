package io.balsa.cli.demo;

import io.balsa.client.BalsaClient;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A client that writes every 10 ms, whether the last write was answered or not, and remembers when writes were acknowledged. */
final class WriteProbe implements AutoCloseable {
  private static final long EVERY_MILLIS = 10;
  private static final String KEY = "demo/probe";

  private final BalsaClient client;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private long[] acknowledgedNanos = new long[1024];
  private int acknowledged;
  private long written;

  WriteProbe(String endpoints) {
    client = BalsaClient.connect(endpoints);
  }

  void start() {
    ScheduledFuture<?> unused = clock.scheduleAtFixedRate(this::write, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void write() {
    CompletionStage<?> write = client.kv().putAsync(KEY, Long.toString(++written));
    write.whenComplete((done, failed) -> {
      if (failed == null) {
        acknowledged(System.nanoTime()); // one that fails shows as a gap
      }
    });
  }

  private synchronized void acknowledged(long nowNanos) {
    if (acknowledged == acknowledgedNanos.length) {
      acknowledgedNanos = Arrays.copyOf(acknowledgedNanos, 2 * acknowledged);
    }
    acknowledgedNanos[acknowledged++] = nowNanos;
    notifyAll();
  }

  /** What was seen until now. */
  synchronized WriteGaps gaps() {
    return new WriteGaps(Arrays.copyOf(acknowledgedNanos, acknowledged));
  }

  /** Waits until this many more writes have been acknowledged; false: not in time. */
  synchronized boolean awaitMore(int more, long mostNanos) throws InterruptedException {
    int wanted = acknowledged + more;
    long end = System.nanoTime() + mostNanos;
    for (long left = mostNanos; acknowledged < wanted && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return acknowledged >= wanted;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    client.close();
  }
}
