package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.run.RunReport;
import java.io.IOException;
import java.nio.file.Path;

/** What the nodes said. */
final class Logs {
  private static final int MOST = 200 * 1024;

  private Logs() {}

  static void write(RunReport run, Markup page) {
    Page.section(page, "Logs of the nodes");
    if (run.logs().isEmpty()) {
      page.leaf("p", "The run kept none.", "class", "note");
    }
    run.logs().forEach((node, log) -> log(node, log, page));
    page.close();
  }

  private static void log(String node, Path log, Markup page) {
    page.open("details");
    page.open("summary").leaf("strong", node).text(" " + log).close();
    try {
      LogTail tail = LogTail.of(log, MOST);
      if (tail.left() > 0) {
        page.leaf("p", "The last " + Text.count(MOST / 1024) + " KiB; " + Text.count(tail.left())
            + " bytes before them are left out.", "class", "note");
      }
      page.leaf("pre", tail.text().isEmpty() ? "(empty)" : tail.text(), "class", "log");
    } catch (IOException e) {
      // The report is worth having without it, and says so.
      page.leaf("p", "It could not be read: " + e, "class", "note");
    }
    page.close();
  }
}
