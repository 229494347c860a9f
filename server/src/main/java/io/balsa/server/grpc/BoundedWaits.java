package io.balsa.server.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Waits of one kind for something that may never happen, bounded in number. Each ends once: answered, or because nobody is there
 * any more to be answered, and is forgotten then. Thread-safe.
 */
final class BoundedWaits {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();

  BoundedWaits(int max) {
    this.max = max;
  }

  /**
   * Takes a place; it is free again when the wait {@linkplain Wait#end ends}.
   *
   * @return null: there is no place
   */
  @Nullable
  Wait begin() {
    if (count.incrementAndGet() > max) {
      count.decrementAndGet();
      return null;
    }
    return new Wait();
  }

  /** Of a unary call: it also ends when its caller leaves. Called before the service's method returns. */
  @Nullable
  Wait begin(UnaryAnswer<?> answer) {
    Wait wait = begin();
    if (wait != null) {
      answer.whenCancelled(wait::end);
    }
    return wait;
  }

  int max() {
    return max;
  }

  int count() {
    return count.get();
  }

  /** One that waits. */
  final class Wait {
    private final List<Runnable> cleanups = new ArrayList<>(2);
    private boolean ended;

    /** What forgets this wait wherever it is remembered; run when it ends, at once if it has. */
    void whenEnded(Runnable cleanup) {
      synchronized (this) {
        if (!ended) {
          cleanups.add(cleanup);
          return;
        }
      }
      cleanup.run();
    }

    /** @return true once: whoever gets it answers, if anybody is there to be answered */
    boolean end() {
      List<Runnable> now;
      synchronized (this) {
        if (ended) {
          return false;
        }
        ended = true;
        now = List.copyOf(cleanups);
        cleanups.clear();
      }
      count.decrementAndGet();
      now.forEach(Runnable::run);
      return true;
    }
  }
}
