package io.balsa.jepsen.report.page;

import io.balsa.jepsen.history.Operation;
import io.balsa.jepsen.report.chart.OverTime;
import io.balsa.jepsen.report.chart.Timeline;
import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.measure.Bucket;
import io.balsa.jepsen.report.measure.Interval;
import io.balsa.jepsen.report.measure.Writes;
import io.balsa.jepsen.report.run.Aftermath;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.Summarizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is drawn of a run. */
final class Pictures {
  private static final int BUCKETS = 150;
  private static final int MARKS_OF_ALL = 2500;
  private static final int MARKS_OF_ONE = 3000;
  private static final int MARKS_OF_CLOSE_UPS = 16_000;
  private static final int CLOSE_UPS = 24;
  private static final long BEFORE = TimeUnit.SECONDS.toNanos(1);

  private final RunReport run;
  private final Markup page;
  private final Writes writes;

  /** A fault and what is drawn of it. */
  private record CloseUp(int number, FaultRecord fault, Interval time, Interval gap) {}

  Pictures(RunReport run, Markup page) {
    this.run = run;
    this.page = page;
    this.writes = new Writes(run.workloads().stream().flatMap(workload -> workload.writes().stream()).toList(),
        run.load());
  }

  /** Throughput and latency. */
  void overTime() {
    List<Operation> all = run.workloads().stream().flatMap(workload -> workload.history().stream()).toList();
    long width = Bucket.width(run.load().length(), BUCKETS);
    OverTime charts = new OverTime(page, Bucket.of(all, run.load(), width), run.load(), run.faults());
    Page.section(page, "Over time");
    page.open("div", "class", "wide");
    charts.faults(writes, Summarizer.WINDOW, Summarizer.OUTAGE);
    legend("operations a second", "ok", "failed", "unknown");
    charts.throughput();
    legend("latency of what ended ok", "p50", "p99", "max");
    charts.latency();
    page.close();
    page.leaf("p", "Each point is what ended in " + Text.duration(width)
        + ". Shaded: a fault is there; paler: it was undone, and not every node is ready yet; dashed: nobody can tell"
        + " whether it was there. No writes: gaps of " + Text.duration(Summarizer.WINDOW) + " or more, dark those of "
        + Text.duration(Summarizer.OUTAGE) + " or more.", "class", "note").close();
  }

  private void legend(String name, String... kinds) {
    page.open("p", "class", "legend").leaf("strong", name);
    for (String kind : kinds) {
      page.open("span").open("i", "class", "key " + kind).close().text(kind).close();
    }
    page.close();
  }

  /** All operations, and close up those at the faults. */
  void timelines() {
    Timeline timeline = new Timeline(page, run.workloads(), run.faults());
    Page.section(page, "Who did what when");
    legend("operations", "ok", "failed", "unknown");
    timeline.draw(run.load(), Optional.empty(), MARKS_OF_ALL);
    List<CloseUp> all = closeUps();
    List<CloseUp> worst = all.stream().sorted(Comparator.comparingLong((CloseUp one) -> one.gap.length()).reversed())
        .limit(CLOSE_UPS).toList();
    int marks = Math.min(MARKS_OF_ONE, MARKS_OF_CLOSE_UPS / Math.max(1, worst.size()));
    all.stream().filter(worst::contains).forEach(one -> draw(one, one.equals(worst.getFirst()), marks, timeline));
    if (all.size() > worst.size()) {
      page.leaf("p", "Close up are the " + worst.size() + " faults with the longest write gaps of " + all.size() + ".",
          "class", "note");
    }
    page.close();
  }

  private void draw(CloseUp one, boolean open, int marks, Timeline timeline) {
    if (open) {
      page.open("details", "open", "open");
    } else {
      page.open("details");
    }
    page.open("summary").leaf("strong", one.number + " " + one.fault.name())
        .text(" at " + Text.moment(one.fault.time().from()) + ", write gap " + Text.duration(one.gap.length())).close();
    page.leaf("p", one.fault.state().name().toLowerCase(Locale.ROOT) + ": " + one.fault.what(), "class", "note");
    timeline.draw(one.time, Optional.of(one.gap), marks);
    page.close();
  }

  private List<CloseUp> closeUps() {
    List<CloseUp> all = new ArrayList<>();
    for (int i = 0; i < run.faults().size(); i++) {
      int number = i + 1;
      FaultRecord fault = run.faults().get(i);
      Aftermath.of(fault, run.faults(), run.load()).ifPresent(blamed -> {
        Interval gap = writes.longest(blamed);
        long from = Math.min(blamed.from(), gap.from()) - BEFORE;
        all.add(new CloseUp(number, fault, new Interval(Math.max(run.load().from(), from),
            Math.max(blamed.to(), gap.to())), gap));
      });
    }
    return all;
  }
}
