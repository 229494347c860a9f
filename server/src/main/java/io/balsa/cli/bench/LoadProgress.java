package io.balsa.cli.bench;

import io.balsa.cli.Console;
import io.balsa.cli.Numbers;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What goes on, once a second on standard error: drawn over on a terminal, else a line every five seconds. */
public final class LoadProgress {
  private static final int SECONDS_BETWEEN_LINES = 5;

  private final Console console;
  private @Nullable ScheduledFuture<?> ticking;
  private long ticks;

  public LoadProgress(Console console) {
    this.console = console;
  }

  /** Of the load that is measured. */
  void start(Measurement measurement, ScheduledExecutorService ticker) {
    tick(() -> line(measurement), ticker);
  }

  /**
   * Of the keys that are written first.
   *
   * @param written how many of them are
   */
  void startLoading(int keys, LongSupplier written, ScheduledExecutorService ticker) {
    long[] before = {0};
    tick(() -> {
      long now = written.getAsLong();
      long lately = now - before[0];
      before[0] = now;
      return "loading keys: " + Numbers.grouped(now) + " of " + Numbers.grouped(keys) + "  " + Numbers.grouped(lately)
          + "/s";
    }, ticker);
  }

  private void tick(Supplier<String> line, ScheduledExecutorService ticker) {
    ticking = ticker.scheduleAtFixedRate(() -> tell(line.get()), 1, 1, TimeUnit.SECONDS);
  }

  void stop() {
    if (ticking != null) {
      ticking.cancel(false);
    }
    if (console.errIsTerminal()) {
      console.noteInPlace("\r\033[K");
    }
  }

  private void tell(String line) {
    ticks++;
    if (console.errIsTerminal()) {
      console.noteInPlace("\r" + line + "\033[K");
    } else if (ticks % SECONDS_BETWEEN_LINES == 0) {
      console.note(line);
    }
  }

  private static String line(Measurement measurement) {
    Histogram lately = measurement.lately();
    long errors = measurement.errorsLately();
    long now = System.nanoTime();
    String phase;
    if (now - measurement.beginNanos() < 0) {
      phase = "warm-up, " + (measurement.beginNanos() - now) / 1_000_000_000 + " s left";
    } else if (now - measurement.endNanos() < 0) {
      phase = (measurement.endNanos() - now) / 1_000_000_000 + " s left";
    } else {
      phase = "waiting for " + measurement.waiting() + " answers";
    }
    boolean any = lately.getTotalCount() > 0;
    return Numbers.grouped(lately.getTotalCount()) + " ops/s  p50 "
        + (any ? millis(lately.getValueAtPercentile(50)) : "-") + "  p99 "
        + (any ? millis(lately.getValueAtPercentile(99)) : "-") + "  errors " + errors + "  (" + phase + ")";
  }

  private static String millis(long nanos) {
    return Numbers.decimals(nanos / 1e6, 2) + " ms";
  }
}
