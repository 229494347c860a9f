package io.balsa.server;

import io.balsa.server.identity.StartRefused;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats the rounds by which a node comes into a cluster until they lead to something, and says on standard error what they wait for.
 *
 * @param <T> what they lead to
 */
final class EntryLoop<T> {
  /** Nodes are rarely started at the same moment: the first seconds of waiting are not worth a line. */
  private static final long SAY_AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SAY_CHANGED_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** One round: asks whoever is to be asked. */
  interface Round<T> {
    /** @return null: nothing is decided yet */
    @Nullable
    T take() throws StartRefused, IOException, InterruptedException;
  }

  private final String waitsTo;
  private final long roundMillis;
  private final Notices notices;
  private final CountDownLatch stop;
  private List<String> said = List.of();
  private long saidNanos = System.nanoTime() - SAY_CHANGED_NANOS + SAY_AFTER_NANOS;

  /**
   * @param waitsTo     "waits to ...", for people
   * @param roundMillis between two rounds
   */
  EntryLoop(String waitsTo, long roundMillis, Notices notices, CountDownLatch stop) {
    this.waitsTo = waitsTo;
    this.roundMillis = roundMillis;
    this.notices = notices;
    this.stop = stop;
  }

  /**
   * @param reasons what stood in the way in the last round
   * @return null: told to stop
   */
  @Nullable
  T untilDecided(Round<T> round, Supplier<List<String>> reasons)
      throws StartRefused, IOException, InterruptedException {
    do {
      T decided = round.take();
      if (decided != null) {
        return stop.getCount() > 0 ? decided : null;
      }
      say(reasons.get());
    } while (!stop.await(roundMillis, TimeUnit.MILLISECONDS));
    return null;
  }

  private void say(List<String> reasons) {
    long silence = System.nanoTime() - saidNanos;
    boolean due = reasons.equals(said) ? silence >= SAY_AGAIN_NANOS : silence >= SAY_CHANGED_NANOS;
    if (due && !reasons.isEmpty()) {
      said = reasons;
      saidNanos = System.nanoTime();
      notices.say(waitsTo + ": " + String.join("; ", reasons));
    }
    if (reasons.isEmpty()) {
      said = List.of();
    }
  }
}
