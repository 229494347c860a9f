package io.balsa.jepsen.site;

import io.balsa.jepsen.site.Trouble.Cut;
import io.balsa.jepsen.site.Trouble.Delay;
import io.balsa.jepsen.site.Trouble.HalfClose;
import io.balsa.jepsen.site.Trouble.Loss;
import io.balsa.jepsen.site.Trouble.Rate;
import io.balsa.jepsen.site.Trouble.Reset;
import io.balsa.jepsen.site.Trouble.Stall;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that flows from one end to another, whoever dialled, and the trouble with it. A rate is for all connections together. Lives on the
 * event loop.
 */
final class Line {
  /** It will not pass before the trouble is another. */
  static final long NEVER = Long.MAX_VALUE;
  private static final double NANOS = 1e9;
  /** A rate is kept over a twentieth of a second, in pieces no larger than a packet. */
  private static final int RATE_PARTS = 20;
  private static final int PACKET = 1460;

  private final Set<Pipe> pipes = new LinkedHashSet<>();
  private final List<Runnable> watchers = new ArrayList<>();
  private @Nullable Trouble trouble;
  private double tokens;
  private long tokensAt;

  /** Puts this trouble, or none, in place of what there was. */
  void set(@Nullable Trouble wanted) {
    trouble = wanted;
    tokens = 0;
    tokensAt = System.nanoTime();
    for (Pipe pipe : List.copyOf(pipes)) {
      begin(pipe);
    }
    watchers.forEach(Runnable::run);
  }

  private void begin(Pipe pipe) {
    if (trouble instanceof Reset) {
      pipe.resetBothEnds();
    } else if (trouble instanceof HalfClose) {
      pipe.closeSink();
    }
    pipe.pump();
  }

  /** Called after each {@link #set}. */
  void watch(Runnable watcher) {
    watchers.add(watcher);
  }

  void add(Pipe pipe) {
    pipes.add(pipe);
    begin(pipe);
  }

  void remove(Pipe pipe) {
    pipes.remove(pipe);
  }

  boolean isCut() {
    return trouble instanceof Cut;
  }

  boolean isReset() {
    return trouble instanceof Reset;
  }

  /** Whether it is of any use to take something in. */
  boolean flows() {
    return !(trouble instanceof Cut || trouble instanceof Stall);
  }

  /** How long what arrived at this moment still has to wait, {@link #NEVER} included. */
  long waitNanos(long arrived, int bytes) {
    if (trouble == null) {
      return 0;
    }
    return switch (trouble) {
      case Cut() -> NEVER;
      case Stall() -> NEVER;
      case Delay delay -> Math.max(0, arrived + delay.by().toNanos() - System.nanoTime());
      case Rate rate -> rateWait(rate, bytes);
      case HalfClose() -> 0;
      case Reset() -> 0;
      case Loss(int percent) -> throw new IllegalStateException("no proxy loses " + percent + " % of a TCP connection");
    };
  }

  private long rateWait(Rate rate, int bytes) {
    long now = System.nanoTime();
    double room = Math.max(PACKET, rate.bytesPerSecond() / (double) RATE_PARTS);
    tokens = Math.min(room, tokens + (now - tokensAt) / NANOS * rate.bytesPerSecond());
    tokensAt = now;
    double needed = Math.min(bytes, piece(rate));
    return tokens >= needed ? 0 : 1 + (long) ((needed - tokens) / rate.bytesPerSecond() * NANOS);
  }

  private static long piece(Rate rate) {
    return Math.max(1, Math.min(PACKET, rate.bytesPerSecond() / RATE_PARTS));
  }

  /** So many of these bytes pass now; asked after {@link #waitNanos} was 0 for them. */
  int take(int bytes) {
    if (!(trouble instanceof Rate)) {
      return bytes;
    }
    int taken = (int) Math.min(bytes, tokens);
    tokens -= taken;
    return taken;
  }
}
