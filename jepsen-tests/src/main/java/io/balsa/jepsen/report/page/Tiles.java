package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.measure.Latency;
import io.balsa.jepsen.report.measure.Tally;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.RunSummary.WriteFigures;
import org.jspecify.annotations.Nullable;

/** The few numbers of a run that are read at a glance. */
final class Tiles {
  private static final String NONE = "\u2013";

  private Tiles() {}

  static void write(RunSummary summary, Markup page) {
    Tally operations = summary.operations();
    Latency latency = summary.latency();
    WriteFigures writes = summary.writes();
    page.open("section", "class", "tiles", "aria-label", "Figures");
    tile(page, "operations ok", Text.count(operations.ok()), Text.rate(summary.okPerSecond()) + " a second");
    tile(page, "failed, unknown", Text.count(operations.failed()) + ", " + Text.count(operations.unknown()),
        Text.share(operations.unknownShare()) + " of all unknown");
    tile(page, "latency p50", Text.duration(latency.p50Nanos()),
        "p99 " + Text.duration(latency.p99Nanos()) + ", max " + Text.duration(latency.maxNanos()));
    tile(page, "longest write gap", Text.duration(writes.longestGapNanos()),
        "usual: up to " + Text.duration(writes.usualGapNanos()));
    tile(page, "availability", Text.share(writes.availability()),
        "windows of " + Text.duration(writes.windowNanos()) + " with a write acknowledged");
    tile(page, "uptime", Text.share(writes.uptime()),
        outages(writes.outages().size()) + " of " + Text.duration(writes.outageFromNanos()) + " or more");
    tile(page, "MTTR", orNone(writes.mttrNanos()), "mean length of an outage");
    tile(page, "MTBF", orNone(writes.mtbfNanos()), "mean time from the begin of one to the next");
    page.close();
  }

  private static String outages(int count) {
    return count == 1 ? "1 outage" : (count == 0 ? "no" : Text.count(count)) + " outages";
  }

  private static String orNone(@Nullable Long nanos) {
    return nanos == null ? NONE : Text.duration(nanos);
  }

  private static void tile(Markup page, String name, String value, String more) {
    page.open("div", "class", "tile");
    page.leaf("p", name, "class", "name").leaf("p", value, "class", "value").leaf("p", more, "class", "more");
    page.close();
  }
}
