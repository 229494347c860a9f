package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.matrix.MatrixRow;
import io.balsa.jepsen.report.run.RunSummary;
import java.io.Writer;
import java.util.List;
import java.util.OptionalLong;

/** The page of many runs. */
public final class MatrixPage {
  private MatrixPage() {}

  /**
   * Writes it.
   *
   * @param totals in words
   * @throws java.io.UncheckedIOException the writer takes no more
   */
  public static void write(String totals, List<RunSummary> runs, Writer writer) {
    Page.write(writer, runs.size() + " runs", page -> {
      page.open("header").leaf("h1", runs.size() + " runs").leaf("p", totals).close();
      rows(MatrixRow.of(runs), page);
      runs(runs, page);
    });
  }

  private static void rows(List<MatrixRow> rows, Markup page) {
    Page.section(page, "Workloads and faults");
    Page.table(page, "workload", "faults", "#runs", "#counted", "#valid", "#undecided", "#invalid", "#ok operations",
        "#installed", "#indeterminate", "#skipped", "#median write gap", "#longest write gap");
    for (MatrixRow row : rows) {
      page.open("tr").leaf("td", row.workload(), "class", "strong").leaf("td", row.family());
      Page.number(page, Text.count(row.runs()));
      Page.number(page, Text.count(row.counted()));
      judged(row.valid(), "good", page);
      judged(row.undecided(), "doubt", page);
      judged(row.invalid(), "bad", page);
      for (long count : new long[]{row.okOperations(), row.installed(), row.indeterminate(), row.skipped()}) {
        Page.number(page, Text.count(count));
      }
      gap(row.medianGapNanos(), page);
      gap(row.longestGapNanos(), page);
      page.close();
    }
    Page.endTable(page);
    page.leaf("p", "A run is in a row for each pair of a workload and a family of faults that it had.", "class", "note")
        .close();
  }

  private static void judged(long count, String kind, Markup page) {
    page.leaf("td", Text.count(count), "class", count == 0 ? "number none" : "number " + kind);
  }

  private static void gap(OptionalLong nanos, Markup page) {
    Page.number(page, nanos.isPresent() ? Text.duration(nanos.getAsLong()) : "\u2013");
  }

  private static void runs(List<RunSummary> runs, Markup page) {
    Page.section(page, "Runs");
    Page.table(page, "verdict", "run", "#seed", "#ok", "#unknown", "#availability", "#longest write gap", "counts");
    for (RunSummary run : runs) {
      page.open("tr", "class", Headline.kind(run.verdict())).open("td");
      page.leaf("span", Headline.sign(run.verdict()) + " " + run.verdict(), "class", "badge strong").close();
      page.leaf("td", run.title());
      Page.number(page, Long.toString(run.seed()));
      Page.number(page, Text.count(run.operations().ok()));
      Page.number(page, Text.share(run.operations().unknownShare()));
      Page.number(page, Text.share(run.writes().availability()));
      Page.number(page, Text.duration(run.writes().longestGapNanos()));
      page.leaf("td", run.counts() ? "yes" : "no: " + String.join("; ", run.discounts())).close();
    }
    Page.endTable(page);
    page.close();
  }
}
