package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.measure.Latency;
import io.balsa.jepsen.report.measure.Tally;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.RunSummary.FunctionFigures;

/** What became of the operations of every function. */
final class WorkloadTables {
  private WorkloadTables() {}

  static void write(RunSummary summary, Markup page) {
    Page.section(page, "Operations");
    Page.table(page, "workload", "function", "writes", "#ok", "#failed", "#unknown", "#p50", "#p90", "#p99", "#p99.9",
        "#max");
    summary.workloads().forEach(
        workload -> workload.functions().forEach(function -> row(workload.name(), function, page)));
    Page.endTable(page);
    page.leaf("p",
        "Latencies are those of operations that ended ok. A client waits for each of its operations before it"
            + " begins the next one, so an outage is one long operation of each client.",
        "class", "note").close();
  }

  private static void row(String workload, FunctionFigures function, Markup page) {
    Tally operations = function.operations();
    Latency latency = function.latency();
    page.open("tr").leaf("td", workload).leaf("td", function.function(), "class", "strong");
    page.leaf("td", function.mutation() ? "yes" : "no");
    for (long count : new long[]{operations.ok(), operations.failed(), operations.unknown()}) {
      Page.number(page, Text.count(count));
    }
    for (long nanos : new long[]{latency.p50Nanos(), latency.p90Nanos(), latency.p99Nanos(), latency.p999Nanos(),
        latency.maxNanos()}) {
      Page.number(page, latency.count() == 0 ? "\u2013" : Text.duration(nanos));
    }
    page.close();
  }
}
