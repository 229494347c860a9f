package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.RunSummary;
import java.io.Writer;

/** The page of a run. */
public final class RunPage {
  private RunPage() {}

  /**
   * Writes it; the logs of the nodes are read for it.
   *
   * @param summary of the same run
   * @throws java.io.UncheckedIOException the writer takes no more
   */
  public static void write(RunReport run, RunSummary summary, Writer writer) {
    Page.write(writer, summary.verdict() + " \u00b7 " + run.title() + " \u00b7 seed " + run.seed(),
        page -> body(run, summary, page));
  }

  private static void body(RunReport run, RunSummary summary, Markup page) {
    Headline.write(run, summary, page);
    Tiles.write(summary, page);
    Pictures pictures = new Pictures(run, page);
    pictures.overTime();
    FaultTable.write(summary, page);
    WorkloadTables.write(summary, page);
    pictures.timelines();
    Logs.write(run, page);
    environment(run, page);
  }

  private static void environment(RunReport run, Markup page) {
    Page.section(page, "Environment");
    page.open("dl", "class", "facts");
    fact(page, "balsa", run.version());
    fact(page, "backend", run.backend());
    fact(page, "nodes", String.join(", ", run.nodes()));
    fact(page, "began", run.began().toString());
    run.environment().forEach((name, value) -> fact(page, name, value));
    page.close().close();
  }

  private static void fact(Markup page, String name, String value) {
    page.leaf("dt", name).leaf("dd", value);
  }
}
