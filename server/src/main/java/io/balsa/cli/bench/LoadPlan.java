package io.balsa.cli.bench;

import java.time.Duration;
import java.util.Locale;

/**
 * What a run does.
 *
 * @param operation what is asked for
 * @param inFlight how many operations wait for their answer at once, over all clients
 * @param valueBytes of a put
 * @param keys how many different ones are used
 * @param warmup not counted
 * @param measured how long operations are counted
 * @param ratePerSecond operations that are due a second, over all clients; 0: the next as soon as one is answered
 */
public record LoadPlan(Operation operation, int inFlight, int valueBytes, int keys, Duration warmup, Duration measured,
    double ratePerSecond) {

  /** What the operations are. */
  public enum Operation {
    PUT,
    GET,
    INCR,
    /** Half puts, half gets, over the same keys. */
    MIX;

    /** As it is typed, and as shells complete it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the keys must be there before. */
    public boolean reads() {
      return this == GET || this == MIX;
    }
  }
}
