package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.run.FaultRecord;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.RunSummary.FaultFigures;
import java.util.Locale;
import java.util.Objects;

/** Every fault of the plan, and what it cost. */
final class FaultTable {
  private static final String NONE = "\u2013";

  private FaultTable() {}

  static void write(RunSummary summary, Markup page) {
    Page.section(page, "Faults");
    if (summary.faults().isEmpty()) {
      page.leaf("p", "The plan had none.", "class", "note").close();
      return;
    }
    long longest = summary.faults().stream().map(FaultFigures::writeGapNanos).filter(Objects::nonNull)
        .mapToLong(Long::longValue).max().orElse(0);
    Page.table(page, "#no.", "fault", "#write gap", "#beyond usual", "became", "#at", "#undone after",
        "#all ready after", "family", "whom it hit, or why not");
    for (int i = 0; i < summary.faults().size(); i++) {
      row(i + 1, summary.faults().get(i), longest, page);
    }
    Page.endTable(page);
    page.leaf("p",
        "Write gap: the longest time between successive acknowledgements of writes, by any client, that touches the time"
            + " from the fault's installation until 5 s after all was well again, or until the next fault came. Usual: 99 of"
            + " 100 gaps are no longer while no fault is there (if one always is: half of all gaps): "
            + Text.duration(summary.writes().usualGapNanos())
            + " in this run. \u201cAll ready after\u201d counts from the installation.",
        "class", "note").close();
  }

  private static void row(int number, FaultFigures fault, long longest, Markup page) {
    String became = fault.state().name().toLowerCase(Locale.ROOT);
    page.open("tr", "class", became);
    Page.number(page, Integer.toString(number));
    page.leaf("td", fault.name(), "class", "strong");
    gap(fault, longest, page);
    Long beyond = fault.beyondUsualNanos();
    Page.number(page, beyond == null ? NONE : beyond == 0 ? "no" : Text.duration(beyond));
    page.open("td").leaf("span", became, "class", "state").close();
    Page.number(page, Text.moment(fault.installedNanos()));
    boolean skipped = fault.state() == FaultRecord.State.SKIPPED;
    Page.number(page, skipped ? NONE : Text.duration(fault.healedNanos() - fault.installedNanos()));
    Long ready = fault.readyNanos();
    Page.number(page, ready == null ? NONE : Text.duration(ready - fault.installedNanos()));
    page.leaf("td", fault.family()).leaf("td", fault.what(), "class", "what").close();
  }

  /** The number, and a bar that shows it among the others. */
  private static void gap(FaultFigures fault, long longest, Markup page) {
    Long gap = fault.writeGapNanos();
    if (gap == null) {
      Page.number(page, NONE);
      return;
    }
    long percent = longest == 0 ? 0 : Math.round(100.0 * gap / longest);
    page.open("td", "class", "number gapcell").text(Text.duration(gap));
    page.open("span", "class", "meter", "style", "width:" + percent + "%").close().close();
  }
}
