package io.balsa.jepsen.report.page;

import io.balsa.jepsen.report.markup.Markup;
import io.balsa.jepsen.report.markup.Text;
import io.balsa.jepsen.report.run.RunReport;
import io.balsa.jepsen.report.run.RunSummary;
import io.balsa.jepsen.report.run.RunSummary.WorkloadFigures;
import io.balsa.jepsen.torture.workload.Verdict;
import java.util.List;
import java.util.Locale;

/** What a person wants to know first: the verdict, what was found, whether the run counts, and how it is repeated. */
final class Headline {
  private static final int FINDINGS = 10;

  private Headline() {}

  static void write(RunReport run, RunSummary summary, Markup page) {
    page.open("header");
    page.leaf("h1", run.title());
    page.leaf("p", run.nodes().size() + " nodes on " + run.backend() + " \u00b7 balsa " + run.version() + " \u00b7 "
        + run.began().toString().replaceFirst("[.][0-9]+Z$", "Z").replace('T', ' ') + " \u00b7 "
        + Text.duration(summary.loadNanos()) + " of load", "class", "sub");
    page.close();
    verdict(run, summary, page);
    summary.workloads().forEach(workload -> workload(workload, page));
    repeat(run, page);
  }

  private static void verdict(RunReport run, RunSummary summary, Markup page) {
    page.open("section", "class", "verdict " + kind(summary.verdict()));
    page.leaf("p", sign(summary.verdict()) + " " + summary.verdict(), "class", "big");
    page.leaf("p", meaning(run, summary.verdict()), "class", "meaning");
    if (summary.counts()) {
      page.leaf("p", "The run counts.", "class", "counts");
    } else {
      page.leaf("p", "The run does not count:", "class", "counts not");
      page.open("ul");
      summary.discounts().forEach(reason -> page.leaf("li", reason));
      page.close();
    }
    page.close();
  }

  private static String meaning(RunReport run, Verdict.State verdict) {
    String states = switch (run.states()) {
      case EQUAL -> "All nodes held the same state at the end.";
      case DIFFERENT -> "The nodes held different states at the end.";
      case NOT_COMPARED -> "The states of the nodes were not compared.";
    };
    return switch (verdict) {
      case VALID -> "The checkers found nothing wrong. ";
      case INVALID -> "What the clients saw, or what the nodes hold, breaks a promise. ";
      case UNDECIDED -> "It could not be told whether the promises were kept: this is no pass. ";
    } + states;
  }

  private static void workload(WorkloadFigures workload, Markup page) {
    page.open("section", "class", "finding " + kind(workload.verdict()));
    page.open("h2").leaf("span", sign(workload.verdict()) + " " + workload.verdict(), "class", "badge")
        .text(" " + workload.name()).close();
    StringBuilder line = new StringBuilder(Text.count(workload.operations().total())).append(" operations");
    workload.figures()
        .forEach((name, figure) -> line.append(" \u00b7 ").append(Text.count(figure)).append(' ').append(name));
    page.leaf("p", line.toString(), "class", "sub");
    List<String> findings = workload.findings();
    findings.stream().limit(FINDINGS).forEach(finding -> page.leaf("pre", finding));
    if (findings.size() > FINDINGS) {
      page.open("details").leaf("summary", findings.size() - FINDINGS + " more");
      findings.stream().skip(FINDINGS).forEach(finding -> page.leaf("pre", finding));
      page.close();
    }
    page.close();
  }

  private static void repeat(RunReport run, Markup page) {
    page.open("section", "class", "repeat");
    page.open("p").text("Seed ").leaf("code", Long.toString(run.seed())).text(". To do the same again:").close();
    page.leaf("pre", run.command(), "class", "command").close();
  }

  /** The class that colours it. */
  static String kind(Verdict.State verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  /** Tells verdicts apart without colours. */
  static String sign(Verdict.State verdict) {
    return switch (verdict) {
      case VALID -> "\u2713";
      case INVALID -> "\u2717";
      case UNDECIDED -> "?";
    };
  }
}
