package io.balsa.storage.snapshot;

import io.balsa.raft.log.Configuration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How a {@link StateDirectory} is opened.
 *
 * @param ids           gives each snapshot a number that no other one has, of any node: random ones; a simulation gives seeded ones
 * @param progressBytes what arrives is made durable each time that so much more is here: about so much is sent again after a restart
 * @param initial       the configuration that the cluster began with, the same on every node
 * @param crashes       passed at each place that has a name; a test crashes there
 */
public record StateOptions(LongSupplier ids, long progressBytes, Configuration initial,
    Consumer<CrashPoint> crashes) {
  private static final long PROGRESS_BYTES = 32L << 20;

  public static StateOptions of(LongSupplier ids) {
    return new StateOptions(ids, PROGRESS_BYTES, Configuration.EMPTY, CrashPoint.NONE);
  }

  public StateOptions withProgressBytes(long value) {
    return new StateOptions(ids, value, initial, crashes);
  }

  public StateOptions withInitial(Configuration value) {
    return new StateOptions(ids, progressBytes, value, crashes);
  }

  public StateOptions withCrashes(Consumer<CrashPoint> value) {
    return new StateOptions(ids, progressBytes, initial, value);
  }
}
