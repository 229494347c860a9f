package io.balsa.jepsen.report.chart;

import static io.balsa.jepsen.report.chart.TimeAxis.number;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.measure.Bucket;
import io.balsa.jepsen.report.measure.Interval;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The field of a chart with its values from bottom to top, and lines in it. */
final class Plot {
  private final Markup page;
  private final TimeAxis axis;
  private final Scale scale;
  private final double top;
  private final double bottom;

  Plot(Markup page, TimeAxis axis, Scale scale, double top, double bottom) {
    this.page = page;
    this.axis = axis;
    this.scale = scale;
    this.top = top;
    this.bottom = bottom;
  }

  private double y(double value) {
    return bottom - Math.clamp(scale.share(value), 0, 1) * (bottom - top);
  }

  /** The lines of both axes and what they mean. */
  void frame() {
    axis.lines(page, top, bottom);
    for (double value : scale.ticks()) {
      page.empty("line", "class", "grid", "x1", number(TimeAxis.LEFT), "x2", number(TimeAxis.RIGHT), "y1",
          number(y(value)), "y2", number(y(value)));
      page.leaf("text", scale.label(value), "class", "tick", "x", number(TimeAxis.LEFT - 8), "y",
          number(y(value) + 4), "text-anchor", "end");
    }
    axis.labels(page, bottom + 17);
  }

  /**
   * A line through the middle of each bucket.
   *
   * @param value NaN: there is none, and the line is broken
   */
  void line(String kind, List<Bucket> buckets, ToDoubleFunction<Bucket> value) {
    page.empty("path", "class", "line " + kind, "d", path(buckets, value));
  }

  /** The same, and what is below it filled. There is a value in every bucket. */
  void area(String kind, List<Bucket> buckets, ToDoubleFunction<Bucket> value) {
    String base = " L" + number(middle(buckets.getLast())) + " " + number(bottom) + " L"
        + number(middle(buckets.getFirst())) + " " + number(bottom) + " Z";
    page.empty("path", "class", "area " + kind, "d", path(buckets, value) + base);
    line(kind, buckets, value);
  }

  private String path(List<Bucket> buckets, ToDoubleFunction<Bucket> value) {
    StringBuilder path = new StringBuilder();
    boolean broken = true;
    for (Bucket bucket : buckets) {
      double here = value.applyAsDouble(bucket);
      if (Double.isNaN(here)) {
        broken = true;
        continue;
      }
      String point = number(middle(bucket)) + " " + number(y(here));
      // A point between two breaks is a line to itself: its round ends make a dot.
      path.append(broken ? " M" + point + " L" + point : " L" + point);
      broken = false;
    }
    return path.toString().strip();
  }

  private double middle(Bucket bucket) {
    return (axis.x(bucket.part().from()) + axis.x(bucket.part().to())) / 2;
  }

  /** What is told of each bucket to who points at it. */
  void tips(List<Bucket> buckets, Function<Bucket, String> tip) {
    for (Bucket bucket : buckets) {
      Interval part = bucket.part();
      axis.rectangle(page, "hit", part, 0, top, bottom - top, "data-tip", tip.apply(bucket));
    }
  }
}
