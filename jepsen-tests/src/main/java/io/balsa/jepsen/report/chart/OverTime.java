package io.balsa.jepsen.report.chart;

import static io.balsa.jepsen.report.chart.TimeAxis.number;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.measure.Bucket;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.measure.Writes;
import io.balsa.jepsen.report.run.FaultRecord;
import java.util.List;

/** What the clients got of the cluster, over the time of the load, with the faults shaded. */
public final class OverTime {
  private static final double TOP = 8;
  private static final double BELOW = 26;
  private static final double GAPS = 16;

  private final Markup page;
  private final List<Bucket> buckets;
  private final TimeAxis axis;
  private final Shades shades;

  /**
   * @param buckets of the whole load
   * @param faults of the run
   */
  public OverTime(Markup page, List<Bucket> buckets, Interval load, List<FaultRecord> faults) {
    this.page = page;
    this.buckets = buckets;
    this.axis = new TimeAxis(load);
    this.shades = new Shades(axis, faults);
  }

  /**
   * The faults by name, and below them where no write was acknowledged.
   *
   * @param shown gaps of this length are shown ...
   * @param outage ... and those of this length stand out
   */
  public void faults(Writes writes, long shown, long outage) {
    double gaps = TOP + Math.max(shades.height(), 19);
    double bottom = gaps + GAPS + 4;
    TimeAxis.picture(page, bottom, "Faults over time, and where no write was acknowledged");
    shades.draw(page, TOP, bottom);
    label("faults", TOP + 11);
    shades.strip(page, TOP);
    label("no writes", gaps + 11);
    page.empty("line", "class", "grid", "x1", number(TimeAxis.LEFT), "x2", number(TimeAxis.RIGHT), "y1",
        number(gaps + 7), "y2", number(gaps + 7));
    for (Interval gap : writes.from(shown)) {
      axis.rectangle(page, gap.length() >= outage ? "gap outage" : "gap", gap, 1, gaps, GAPS - 2, "data-tip",
          "no write acknowledged for " + Text.duration(gap.length()) + "\nfrom " + Text.moment(gap.from()) + " to "
              + Text.moment(gap.to()));
    }
    page.close();
  }

  private void label(String text, double baseline) {
    page.leaf("text", text, "class", "tick", "x", number(TimeAxis.LEFT - 8), "y", number(baseline), "text-anchor",
        "end");
  }

  /** Operations a second that ended OK, failed, and have an unknown outcome. */
  public void throughput() {
    double bottom = 210;
    double most = buckets.stream().mapToDouble(bucket -> bucket.perSecond(
        Math.max(bucket.ended().ok(), Math.max(bucket.ended().failed(), bucket.ended().unknown())))).max().orElse(0);
    TimeAxis.picture(page, bottom + BELOW, "Operations a second over time");
    shades.draw(page, TOP, bottom);
    Plot plot = new Plot(page, axis, Scale.Linear.upTo(most), TOP, bottom);
    plot.frame();
    plot.area("ok", buckets, bucket -> bucket.perSecond(bucket.ended().ok()));
    plot.line("failed", buckets, bucket -> bucket.perSecond(bucket.ended().failed()));
    plot.line("unknown", buckets, bucket -> bucket.perSecond(bucket.ended().unknown()));
    plot.tips(buckets,
        bucket -> span(bucket) + "\nok " + Text.rate(bucket.perSecond(bucket.ended().ok())) + " a second\nfailed "
            + Text.rate(bucket.perSecond(bucket.ended().failed())) + "\nunknown "
            + Text.rate(bucket.perSecond(bucket.ended().unknown())));
    page.close();
  }

  /** How long operations took that ended OK: half of them, 99 of 100, all. */
  public void latency() {
    List<Bucket> some = buckets.stream().filter(bucket -> bucket.latency().count() > 0).toList();
    if (some.isEmpty()) {
      page.leaf("p", "No operation ended OK.", "class", "note");
      return;
    }
    double bottom = 210;
    long least = some.stream().mapToLong(bucket -> bucket.latency().p50Nanos()).min().orElseThrow();
    long most = some.stream().mapToLong(bucket -> bucket.latency().maxNanos()).max().orElseThrow();
    TimeAxis.picture(page, bottom + BELOW, "Latency over time, logarithmic");
    shades.draw(page, TOP, bottom);
    Plot plot = new Plot(page, axis, Scale.Logarithmic.of(Math.max(1, least), Math.max(1, most)), TOP, bottom);
    plot.frame();
    plot.line("max", buckets, bucket -> orNone(bucket, bucket.latency().maxNanos()));
    plot.line("p99", buckets, bucket -> orNone(bucket, bucket.latency().p99Nanos()));
    plot.line("p50", buckets, bucket -> orNone(bucket, bucket.latency().p50Nanos()));
    plot.tips(buckets, OverTime::latencies);
    page.close();
  }

  private static double orNone(Bucket bucket, long nanos) {
    return bucket.latency().count() == 0 ? Double.NaN : Math.max(1, nanos);
  }

  private static String latencies(Bucket bucket) {
    return bucket.latency().count() == 0
        ? span(bucket) + "\nnone ended OK"
        : span(bucket) + "\np50 " + Text.duration(bucket.latency().p50Nanos()) + "\np99 "
            + Text.duration(bucket.latency().p99Nanos()) + "\nmax " + Text.duration(bucket.latency().maxNanos());
  }

  private static String span(Bucket bucket) {
    return Text.moment(bucket.part().from()) + " \u2013 " + Text.moment(bucket.part().to());
  }
}
