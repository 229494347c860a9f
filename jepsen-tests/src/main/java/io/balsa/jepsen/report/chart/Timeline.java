package io.balsa.jepsen.report.chart;

import static io.balsa.jepsen.report.chart.TimeAxis.number;

import io.balsa.jepsen.report.chart.Marks.Mark;
import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.measure.Tally;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.WorkloadResult;
import java.util.List;
import java.util.Optional;

/** Who did what when: a lane for each client, and in it its operations. */
public final class Timeline {
  private static final int MOST_LANES = 60;
  private static final double LANE = 13;
  private static final double MARK = 10;
  private static final double THINNEST = 2;
  private static final double BELOW = 26;
  private static final double GAP = 18;

  private final Markup page;
  private final List<FaultRecord> faults;
  private final List<Lane> lanes;
  private final int clients;

  /**
   * @param workloads of which the operations are
   * @param faults of the run
   */
  public Timeline(Markup page, List<WorkloadResult> workloads, List<FaultRecord> faults) {
    this.page = page;
    this.faults = faults;
    List<Lane> all = Lane.of(workloads);
    this.clients = all.size();
    this.lanes = all.subList(0, Math.min(all.size(), MOST_LANES));
  }

  /**
   * Draws the operations that touch this time, and below the picture what it does not show.
   *
   * @param gap in which no write was acknowledged, to be pointed out: a close-up of a fault
   * @param most so many marks
   */
  public void draw(Interval time, Optional<Interval> gap, int most) {
    TimeAxis axis = new TimeAxis(time);
    Shades shades = new Shades(axis, faults);
    Marks marks = Marks.of(lanes, time, gap.isPresent() ? axis.grain() / 2 : axis.grain(), most);
    double gapTop = 4 + shades.height();
    double top = gapTop + (gap.isPresent() ? GAP : 4);
    double bottom = top + lanes.size() * LANE;
    page.open("div", "class", "wide");
    TimeAxis.picture(page, bottom + BELOW, "Operations of every client over time");
    shades.draw(page, 4, bottom);
    shades.strip(page, 4);
    axis.lines(page, top, bottom);
    labels(top);
    marks.marks().forEach(mark -> draw(mark, axis, top));
    gap.ifPresent(interval -> draw(interval, axis, gapTop, bottom));
    axis.labels(page, bottom + 17);
    page.close().close();
    page.leaf("p", note(marks), "class", "note");
  }

  /** The workload and the node at the first one of their lanes. */
  private void labels(double top) {
    String before = "";
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      String here = lane.workload() + "\n" + lane.node();
      if (!here.equals(before)) {
        double y = top + i * LANE;
        boolean first = !before.startsWith(lane.workload() + "\n");
        page.empty("line", "class", "part", "x1", "0", "x2", number(TimeAxis.RIGHT), "y1", number(y), "y2", number(y));
        page.leaf("text", first ? Text.shortened(lane.workload(), 8) + " " + lane.node() : lane.node(), "class", "tick",
            "x", number(TimeAxis.LEFT - 8), "y", number(y + MARK), "text-anchor", "end");
      }
      before = here;
    }
  }

  /** Of one operation all of the lane; of several each outcome's share of it, what is seldom at the bottom and never too thin. */
  private void draw(Mark mark, TimeAxis axis, double top) {
    double y = top + mark.lane() * LANE + 1.5;
    boolean many = mark.operations().size() > 1;
    Tally ended = mark.ended();
    double unknown = share(ended.unknown(), ended);
    double failed = share(ended.failed(), ended);
    String[] tip = {"data-tip", OperationText.of(mark)};
    part("ok", many, mark, axis, y, MARK - failed - unknown, tip);
    part("failed", many, mark, axis, y + MARK - failed - unknown, failed, tip);
    part("unknown", many, mark, axis, y + MARK - unknown, unknown, tip);
  }

  private static double share(long count, Tally of) {
    return count == 0 ? 0 : Math.max(THINNEST, MARK * count / of.total());
  }

  private void part(String kind, boolean many, Mark mark, TimeAxis axis, double top, double height, String... tip) {
    if (height > 0) {
      axis.rectangle(page, many ? kind + " many" : kind, mark.time(), 1.2, top, height, tip);
    }
  }

  private void draw(Interval gap, TimeAxis axis, double top, double bottom) {
    axis.rectangle(page, "gap outage", gap, 1, top + 2, 4);
    for (long end : List.of(gap.from(), gap.to())) {
      String x = number(axis.x(end));
      page.empty("line", "class", "edge", "x1", x, "x2", x, "y1", number(top + 2), "y2", number(bottom));
    }
    double x = axis.x(gap.from()) + 4;
    boolean left = x > (TimeAxis.LEFT + TimeAxis.RIGHT) / 2;
    page.leaf("text", "no write acknowledged for " + Text.duration(gap.length()), "class", "name gaptext", "x",
        number(left ? axis.x(gap.to()) : x), "y", number(top + 16), "text-anchor", left ? "end" : "start");
  }

  private String note(Marks marks) {
    long together = marks.marks().stream().filter(mark -> mark.operations().size() > 1)
        .mapToLong(mark -> mark.operations().size()).sum();
    StringBuilder note = new StringBuilder(Text.count(marks.operations())).append(" operations");
    if (together > 0) {
      note.append("; ").append(Text.count(together))
          .append(
              " of them are too short here to be told apart and share paler marks, each outcome with its share of the height");
    }
    note.append(
        marks.left() == 0 ? "; none is left out" : "; " + Text.count(marks.left()) + " short ones are not shown");
    if (clients > lanes.size()) {
      note.append("; the lanes of ").append(Text.count(clients - lanes.size())).append(" more clients are not shown");
    }
    return note.append('.').toString();
  }
}
