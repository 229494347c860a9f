package io.balsa.jepsen.report.chart;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.measure.Interval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Time from left to right: the same places for all pictures of the same time. Lengths are those of the viewBox. */
final class TimeAxis {
  /** Of every picture. */
  static final double WIDTH = 1120;
  /** Where time begins; left of it are labels. */
  static final double LEFT = 84;
  /** Where time ends. */
  static final double RIGHT = WIDTH - 16;

  private static final int MOST_TICKS = 12;
  private static final double SECOND = 1e9;
  private static final double[] STEPS = {0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600};

  private final Interval time;

  TimeAxis(Interval time) {
    this.time = time;
  }

  Interval time() {
    return time;
  }

  /** Where this moment is; one outside is at the end that is nearer. */
  double x(long moment) {
    double share = time.length() == 0 ? 0 : (double) (moment - time.from()) / time.length();
    return LEFT + Math.clamp(share, 0, 1) * (RIGHT - LEFT);
  }

  /** Nanoseconds for each unit of length. */
  long grain() {
    return Math.max(1, (long) (time.length() / (RIGHT - LEFT)));
  }

  /** A rectangle over this time, as wide as that at least. */
  void rectangle(Markup page, String kind, Interval part, double least, double top, double height, String... more) {
    double from = x(part.from());
    double width = Math.max(least, x(part.to()) - from);
    String[] attributes = {"class", kind, "x", number(from), "y", number(top), "width", number(width), "height",
        number(height)};
    String[] all = new String[attributes.length + more.length];
    System.arraycopy(attributes, 0, all, 0, attributes.length);
    System.arraycopy(more, 0, all, attributes.length, more.length);
    page.empty("rect", all);
  }

  /** Begins a picture of this height. */
  static void picture(Markup page, double height, String name) {
    page.open("svg", "viewBox", "0 0 " + number(WIDTH) + " " + number(height), "role", "img", "aria-label", name);
  }

  /** A line upwards at every tick. */
  void lines(Markup page, double top, double bottom) {
    ticks((x, label) -> page.empty("line", "class", "grid", "x1", number(x), "x2", number(x), "y1", number(top), "y2",
        number(bottom)));
  }

  /** The seconds of every tick. */
  void labels(Markup page, double baseline) {
    ticks((x, label) -> page.leaf("text", label, "class", "tick", "x", number(x), "y", number(baseline), "text-anchor",
        x > RIGHT - 12 ? "end" : "middle"));
  }

  private interface Tick {
    void at(double x, String label);
  }

  private void ticks(Tick each) {
    double step = STEPS[STEPS.length - 1];
    for (int i = STEPS.length - 1; i >= 0 && time.length() <= STEPS[i] * SECOND * MOST_TICKS; i--) {
      step = STEPS[i];
    }
    long first = (long) Math.ceil(time.from() / SECOND / step);
    for (long i = first; i * step * SECOND <= time.to(); i++) {
      each.at(x(Math.round(i * step * SECOND)),
          String.format(Locale.ROOT, step < 0.1 ? "%.2f s" : step < 1 ? "%.1f s" : "%.0f s", i * step));
    }
  }

  /** A length for SVG, to a tenth. */
  static String number(double value) {
    return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
  }
}
