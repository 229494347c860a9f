package io.balsa.server.grpc;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Unary calls of one kind that wait for something that may never happen: until the caller's deadline, and no longer, for a
 * caller who has left must not be remembered. Bounded in number. Thread-safe.
 */
final class WaitingCalls {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();

  WaitingCalls(int max) {
    this.max = max;
  }

  /**
   * Takes a place; it is free again when the wait {@linkplain Wait#end ends} or its caller leaves. Called before the service's
   * method returns: gRPC takes the handler for the caller's leaving only until then.
   *
   * @return null: there is no place
   */
  @Nullable
  Wait begin(UnaryAnswer<?> answer) {
    if (count.incrementAndGet() > max) {
      count.decrementAndGet();
      return null;
    }
    Wait wait = new Wait();
    answer.whenCancelled(wait::leave);
    return wait;
  }

  int max() {
    return max;
  }

  int count() {
    return count.get();
  }

  /** One call that waits. */
  final class Wait {
    private @Nullable Runnable giveUp;
    private boolean ended;

    /** What gives up the wait that has begun; run at once if the caller has left, or was answered, meanwhile. */
    void on(Runnable newGiveUp) {
      synchronized (this) {
        if (!ended) {
          giveUp = newGiveUp;
          return;
        }
      }
      newGiveUp.run();
    }

    /** @return whether the call is still to be answered: true once, and not after its caller has left */
    synchronized boolean end() {
      boolean first = !ended;
      ended = true;
      giveUp = null;
      if (first) {
        count.decrementAndGet();
      }
      return first;
    }

    private void leave() {
      Runnable waiting;
      synchronized (this) {
        waiting = giveUp;
        if (!end()) {
          return;
        }
      }
      if (waiting != null) {
        waiting.run();
      }
    }
  }
}
