package io.balsa.server;

import io.balsa.server.formation.Formation;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.StartRefused;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Repeats formation's rounds until they lead to something, and says on standard error what they wait for. */
final class FormationLoop {
  private static final long ROUND_MILLIS = 100;
  /** Nodes are rarely started at the same moment: the first seconds of waiting are not worth a line. */
  private static final long SAY_AFTER_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SAY_CHANGED_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Formation formation;
  private final Notices notices;
  private final CountDownLatch stop;
  private List<String> said = List.of();
  private long saidNanos = System.nanoTime() - SAY_CHANGED_NANOS + SAY_AFTER_NANOS;

  FormationLoop(Formation formation, Notices notices, CountDownLatch stop) {
    this.formation = formation;
    this.notices = notices;
    this.stop = stop;
  }

  /** @return null: told to stop */
  @Nullable
  FormedRecord untilDecided() throws StartRefused, InterruptedException {
    do {
      FormedRecord record = formation.round();
      if (record != null) {
        return record;
      }
      say(formation.reasons());
    } while (!stop.await(ROUND_MILLIS, TimeUnit.MILLISECONDS));
    return null;
  }

  private void say(List<String> reasons) {
    long silence = System.nanoTime() - saidNanos;
    boolean due = reasons.equals(said) ? silence >= SAY_AGAIN_NANOS : silence >= SAY_CHANGED_NANOS;
    if (due && !reasons.isEmpty()) {
      said = reasons;
      saidNanos = System.nanoTime();
      notices.say("waits to form its cluster: " + String.join("; ", reasons));
    }
    if (reasons.isEmpty()) {
      said = List.of();
    }
  }
}
