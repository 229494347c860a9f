package io.balsa.jepsen.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.balsa.jepsen.history.HistoryFiles;
import io.balsa.jepsen.report.MatrixReport;
import io.balsa.jepsen.report.ReportFiles;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.WorkloadResult;
import io.balsa.jepsen.torture.workload.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One run after the other, each with its report, and the table of all of them. */
final class Series {
  private static final int FINDINGS_SHOWN = 5;

  private final List<RunOptions> runs;
  private final Arena.Opening arenas;
  private final Path directory;
  private final OutputFormat output;
  private final List<RunSummary> summaries = new ArrayList<>();

  Series(List<RunOptions> runs, Arena.Opening arenas, Path directory, OutputFormat output) {
    this.runs = runs;
    this.arenas = arenas;
    this.directory = directory;
    this.output = output;
  }

  /** What all of it ends with. A run that fails of itself does not keep the others from being done. */
  int run() throws InterruptedException, IOException {
    int status = ExitStatus.VALID;
    for (int i = 0; i < runs.size(); i++) {
      RunOptions options = runs.get(i);
      Progress.say((runs.size() > 1 ? "run " + (i + 1) + " of " + runs.size() + ": " : "") + options.command());
      status = ExitStatus.worse(status, run(options));
    }
    if (runs.size() > 1) {
      MatrixReport table = new MatrixReport(summaries);
      Files.writeString(directory.resolve("matrix.md"), table.markdown());
      int failed = runs.size() - summaries.size();
      if (failed > 0) {
        Progress
            .say("the suite itself failed in " + failed + " of " + runs.size() + " runs, which are not in the table");
      }
      try (Writer page = Files.newBufferedWriter(directory.resolve("matrix.html"))) {
        table.writePage(page);
      }
      if (output == OutputFormat.TEXT) {
        System.out.println(table.markdown());
      }
      Progress.say("the table of all runs: " + directory.resolve("matrix.html"));
    }
    return status;
  }

  private int run(RunOptions options) throws InterruptedException, IOException {
    Files.createDirectories(options.directory());
    try (Arena arena = arenas.open(options)) {
      RunReport report = new TortureRun(options, arena).run();
      requireNotEnding();
      for (WorkloadResult result : report.workloads()) {
        if (!result.history().isEmpty()) {
          HistoryFiles.write(options.directory(), result.history());
        }
      }
      RunSummary summary = ReportFiles.write(report, options.directory());
      summaries.add(summary);
      tell(report, options);
      return ExitStatus.of(report.verdict(), report.discounts().isEmpty());
    } catch (RuntimeException e) {
      requireNotEnding();
      Files.writeString(options.directory().resolve("harness-failure.txt"), HarnessFailure.text(e));
      Progress.say("the suite itself failed, and there is no verdict: "
          + options.directory().resolve("harness-failure.txt") + "\n" + e.getMessage());
      return ExitStatus.UNDECIDED;
    }
  }

  /** Whoever presses Ctrl-C ends the servers as well, and what that looks like is no verdict. */
  private static void requireNotEnding() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void tell(RunReport report, RunOptions options) throws IOException {
    if (output == OutputFormat.JSON) {
      System.out.println(new ObjectMapper().readTree(options.directory().resolve(ReportFiles.SUMMARY).toFile()));
      return;
    }
    StringBuilder text = new StringBuilder(report.verdict() + ": " + report.title() + ", seed " + report.seed() + "\n");
    for (WorkloadResult result : report.workloads()) {
      Verdict verdict = result.verdict();
      text.append("  ").append(result.name()).append(": ").append(verdict.state()).append(' ').append(verdict.figures())
          .append('\n');
      verdict.findings().stream().limit(FINDINGS_SHOWN)
          .forEach(finding -> text.append("    ").append(finding.replace("\n", "\n    ")).append('\n'));
      if (verdict.findings().size() > FINDINGS_SHOWN) {
        text.append("    and ").append(verdict.findings().size() - FINDINGS_SHOWN).append(" more\n");
      }
    }
    report.discounts().forEach(why -> text.append("  does not count: ").append(why).append('\n'));
    text.append("  report: ").append(options.directory().resolve(ReportFiles.PAGE));
    System.out.println(text);
  }
}
