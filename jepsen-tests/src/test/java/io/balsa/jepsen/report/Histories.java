package io.balsa.jepsen.report;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.run.FaultRecord;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Histories made by hand, their times in milliseconds. */
public final class Histories {
  private Histories() {}

  /** Nanoseconds. */
  public static long ms(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  public static Interval between(long fromMillis, long toMillis) {
    return new Interval(ms(fromMillis), ms(toMillis));
  }

  public static Operation ok(String function, long invokedMillis, long completedMillis) {
    return new Operation(0, "n1", function, "x", 1L, ms(invokedMillis), ms(completedMillis), Completion.OK, null);
  }

  public static Operation failed(String function, long invokedMillis, long completedMillis) {
    return new Operation(0, "n1", function, "x", null, ms(invokedMillis), ms(completedMillis), Completion.FAILED,
        "refused");
  }

  public static Operation unknown(String function, long invokedMillis, long completedMillis) {
    return new Operation(0, "n1", function, "x", null, ms(invokedMillis), ms(completedMillis), Completion.UNKNOWN,
        "no answer");
  }

  /** One that was installed and of which the nodes were not seen to be ready again. */
  public static FaultRecord fault(String name, String family, long fromMillis, long toMillis) {
    return new FaultRecord(name, family, name + " hit n1", FaultRecord.State.INSTALLED, between(fromMillis, toMillis),
        OptionalLong.empty());
  }

  public static FaultRecord skipped(String name, String family, long millis) {
    return new FaultRecord(name, family, "no disk of its own", FaultRecord.State.SKIPPED, between(millis, millis),
        OptionalLong.empty());
  }
}
