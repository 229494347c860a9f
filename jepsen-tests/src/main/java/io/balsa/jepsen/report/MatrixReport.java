package io.balsa.jepsen.report;

import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.page.MatrixPage;
import io.balsa.jepsen.report.matrix.MatrixRow;
import io.balsa.jepsen.report.matrix.MatrixTotals;
import io.balsa.jepsen.report.run.RunSummary;
import java.io.Writer;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Many runs in one table: every workload with every family of faults that it met. Immutable. */
public final class MatrixReport {
  private final List<RunSummary> runs;

  /** Of these runs, in this order. */
  public MatrixReport(List<RunSummary> runs) {
    this.runs = List.copyOf(runs);
  }

  /** As Markdown: a line of totals, and the table. */
  public String markdown() {
    String head = line(Stream.of("workload", "faults", "runs", "counted", "valid", "undecided", "invalid",
        "ok operations", "installed", "indeterminate", "skipped", "median write gap", "longest write gap"));
    return totals() + "\n\n" + head + line(Stream.of("---", "---", "---:", "---:", "---:", "---:", "---:", "---:",
        "---:", "---:", "---:", "---:", "---:"))
        + MatrixRow.of(runs).stream().map(MatrixReport::line).collect(Collectors.joining());
  }

  private String totals() {
    MatrixTotals totals = MatrixTotals.of(runs);
    return Text.count(totals.runs()) + " runs, " + Text.count(totals.counted()) + " of which count: "
        + Text.count(totals.valid()) + " valid, " + Text.count(totals.undecided()) + " undecided ("
        + Text.share(totals.undecidedShare()) + "), " + Text.count(totals.invalid()) + " invalid; "
        + Text.count(totals.okOperations()) + " operations ended ok in " + Text.duration(totals.loadNanos())
        + " of load, " + Text.duration(totals.faultedNanos()) + " of them with a fault installed.";
  }

  private static String line(MatrixRow row) {
    return line(Stream.concat(Stream.of(row.workload(), row.family()), Stream.concat(
        Stream.of(row.runs(), row.counted(), row.valid(), row.undecided(), row.invalid(), row.okOperations(),
            row.installed(), row.indeterminate(), row.skipped()).map(Text::count),
        Stream.of(row.medianGapNanos(), row.longestGapNanos()).map(MatrixReport::gap))));
  }

  private static String gap(OptionalLong nanos) {
    return nanos.isPresent() ? Text.duration(nanos.getAsLong()) : "\u2013";
  }

  private static String line(Stream<String> cells) {
    return cells.map(cell -> cell.replace("|", "\\|").replace('\n', ' '))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** The same as a page that needs nothing but itself, and every run with its verdict and its seed. */
  public void writePage(Writer writer) {
    MatrixPage.write(totals(), runs, writer);
  }
}
