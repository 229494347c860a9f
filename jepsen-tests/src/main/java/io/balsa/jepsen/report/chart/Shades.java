package io.balsa.jepsen.report.chart;

import static io.balsa.jepsen.report.chart.TimeAxis.number;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.run.FaultRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where the faults were, behind a chart and above it. */
final class Shades {
  private static final double ROW = 19;
  private static final double BAR = 14;
  private static final double LETTER = 6.7;
  private static final double APART = 8;

  private final TimeAxis axis;
  private final List<FaultRecord> faults;
  private final List<Label> labels = new ArrayList<>();
  private int rows;

  /** A fault's bar in the strip, and the text at it. */
  private record Label(FaultRecord fault, int row, String text, double textX, String anchor) {}

  Shades(TimeAxis axis, List<FaultRecord> faults) {
    this.axis = axis;
    this.faults = faults;
    place();
  }

  /** Behind a chart, from the top of it to its bottom. */
  void draw(Markup page, double top, double bottom) {
    for (FaultRecord fault : faults) {
      if (fault.felt() && fault.troubled().touches(axis.time())) {
        axis.rectangle(page, "after", fault.troubled(), 0, top, bottom - top);
        axis.rectangle(page, kind("shade", fault), fault.time(), 1.5, top, bottom - top);
      }
    }
  }

  private static String kind(String name, FaultRecord fault) {
    return fault.state() == FaultRecord.State.INDETERMINATE ? name + " doubtful" : name;
  }

  /** Of the strip above a chart. */
  double height() {
    return rows * ROW;
  }

  /** The strip above a chart: a bar for every fault with its number and its name, none over another one. */
  void strip(Markup page, double top) {
    for (Label label : labels) {
      double y = top + label.row * ROW;
      axis.rectangle(page, kind("bar", label.fault), label.fault.time(), 3, y, BAR, "rx", "3", "data-tip",
          tip(label.fault));
      page.leaf("text", label.text, "class", "name", "x", number(label.textX), "y", number(y + BAR - 3), "text-anchor",
          label.anchor);
    }
  }

  private static String tip(FaultRecord fault) {
    return FaultText.title(fault) + "\n" + fault.what() + "\n" + FaultText.times(fault);
  }

  /** Each into the uppermost row in which it has place. */
  private void place() {
    List<Double> ends = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < faults.size(); i++) {
      if (faults.get(i).felt() && faults.get(i).time().touches(axis.time())) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingLong(i -> faults.get(i).time().from()));
    for (int i : order) {
      place(faults.get(i), i + 1 + " " + faults.get(i).name(), ends);
    }
    rows = ends.size();
  }

  private void place(FaultRecord fault, String text, List<Double> ends) {
    double from = axis.x(fault.time().from());
    double to = Math.max(axis.x(fault.time().to()), from + 3);
    double length = text.length() * LETTER;
    boolean inside = length + 2 * APART <= to - from;
    boolean left = !inside && to + APART / 2 + length > TimeAxis.RIGHT;
    double begin = left ? from - APART / 2 - length : from;
    double end = inside || left ? to : to + APART / 2 + length;
    int row = 0;
    while (row < ends.size() && ends.get(row) + APART > begin) {
      row++;
    }
    if (row == ends.size()) {
      ends.add(end);
    } else {
      ends.set(row, end);
    }
    double textX = inside ? from + APART : left ? from - APART / 2 : to + APART / 2;
    labels.add(new Label(fault, row, text, textX, left ? "end" : "start"));
  }
}
