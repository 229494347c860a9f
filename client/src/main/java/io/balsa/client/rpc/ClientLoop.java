package io.balsa.client.rpc;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's one thread. It runs rounds: the time, then every event that has come, then what follows from them. Events come
 * from any thread and are never lost; those that come together share a round, which is what batches requests into frames.
 */
final class ClientLoop {
  private static final Logger log = LoggerFactory.getLogger(ClientLoop.class);
  private static final int EVENTS_A_ROUND = 8192;
  private static final long NEVER = Long.MAX_VALUE;

  /** What is done around the events of a round. */
  interface Rounds {
    void begin(long now, long wallMillis);

    /** Returns when the next round is due at the latest. */
    long end();
  }

  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final long startedAt = System.nanoTime();
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private @Nullable Rounds rounds;
  private boolean inRound;
  private long timerAt = NEVER;
  private @Nullable Future<?> timer;

  ClientLoop() {
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("balsa-client", true),
        NioIoHandler.newFactory());
    loop = group.next();
  }

  /** Before the first event. */
  void start(Rounds theRounds) {
    rounds = theRounds;
  }

  MultiThreadIoEventLoopGroup group() {
    return group;
  }

  boolean inLoop() {
    return loop.inEventLoop();
  }

  /** Nanoseconds since this client was made. Any thread. */
  long now() {
    return System.nanoTime() - startedAt;
  }

  /** When this much time, and this much more, has passed; {@code Long.MAX_VALUE} if that is not for anybody to see. Any thread. */
  long deadline(Duration in, long graceNanos) {
    long now = now();
    boolean never = in.compareTo(Duration.ofNanos(Long.MAX_VALUE - now - graceNanos)) >= 0;
    return never ? Long.MAX_VALUE : now + in.toNanos() + graceNanos;
  }

  /** Runs the event in a round, soon and in order. Any thread. After {@link #close} it runs wherever. */
  void run(Runnable event) {
    events.add(event);
    if (!signalled.get() && signalled.compareAndSet(false, true)) {
      if (loop.inEventLoop() && !inRound) {
        round();
      } else {
        execute();
      }
    }
    if (group.isTerminated()) {
      runLeftOver();
    }
  }

  private void execute() {
    if (!loop.isShuttingDown()) {
      try {
        loop.execute(this::round);
      } catch (RejectedExecutionException e) {
        log.debug("an event came while the client was closed", e); // runLeftOver has it
      }
    }
  }

  /** Events that came too late for the thread still get their end: the client is closed by then, and they fail. */
  private void runLeftOver() {
    synchronized (events) {
      Runnable event = events.poll();
      while (event != null) {
        runOne(event);
        event = events.poll();
      }
    }
  }

  /** Runs the event in a round, this much later. */
  void after(long nanos, Runnable event) {
    if (!loop.isShuttingDown()) {
      var unused = loop.schedule(() -> run(event), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void round() {
    Rounds around = rounds;
    if (around == null) {
      throw new IllegalStateException("not started");
    }
    signalled.set(false); // what comes from here on asks for a round of its own
    inRound = true;
    runOne(() -> around.begin(now(), System.currentTimeMillis()));
    for (int i = 0; i < EVENTS_A_ROUND; i++) {
      Runnable event = events.poll();
      if (event == null) {
        break;
      }
      runOne(event);
    }
    runOne(() -> wake(around.end()));
    inRound = false;
    if (!events.isEmpty() && signalled.compareAndSet(false, true)) {
      execute();
    }
  }

  private static void runOne(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      // A defect in one event must not stop the calls of all others.
      log.error("a defect of the Balsa client", e);
    }
  }

  private void wake(long at) {
    if (at >= timerAt || loop.isShuttingDown()) {
      return;
    }
    Future<?> old = timer;
    if (old != null) {
      old.cancel(false);
    }
    timerAt = at;
    timer = loop.schedule(() -> {
      timerAt = NEVER;
      timer = null;
      if (!inRound) {
        round();
      }
    }, Math.max(0, at - now()), TimeUnit.NANOSECONDS);
  }

  /** Ends the thread. What was queued before is still run, by it or after its end. */
  void close() {
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(ended -> runLeftOver());
  }
}
