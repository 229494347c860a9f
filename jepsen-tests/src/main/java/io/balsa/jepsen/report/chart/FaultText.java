package io.balsa.jepsen.report.chart;

import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.run.FaultRecord;
import java.util.Locale;

/** A fault in words. */
final class FaultText {
  private FaultText() {}

  /** Its name, and what became of it if that is doubtful. */
  static String title(FaultRecord fault) {
    return fault.state() == FaultRecord.State.INSTALLED
        ? fault.name()
        : fault.name() + " (" + fault.state().name().toLowerCase(Locale.ROOT) + ")";
  }

  /** When it came and how long it stayed. */
  static String times(FaultRecord fault) {
    String there = "at " + Text.moment(fault.time().from()) + ", undone after " + Text.duration(fault.time().length());
    return fault.ready().isEmpty()
        ? there
        : there + ", all ready after " + Text.duration(fault.ready().getAsLong() - fault.time().from());
  }
}
