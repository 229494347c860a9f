package io.balsa.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The figures in rows, as Markdown, which is also easily read. */
final class Table {
  private static final double MIB = 1 << 20;

  private Table() {}

  static String of(List<Workload> workloads, Comparison.Result measured) {
    List<String> tables = new ArrayList<>();
    if (!workloads.isEmpty()) {
      tables.add(of(workloads, measured.figures()));
    }
    if (!measured.watched().isEmpty()) {
      tables.add(ofWatched(measured.watched()));
    }
    if (!measured.open().isEmpty()) {
      tables.add(of(measured.openRate(), measured.open()));
    }
    if (!measured.gaps().isEmpty()) {
      tables.add(of(measured.gaps()));
    }
    return String.join("\n", tables);
  }

  private static String of(int openRate, Map<Subject, Figures> open) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "| open loop, %,d puts/s | p50 us | p99 us | p99.9 us | server CPU us/op | failed"
            + " | Balsa has |", openRate));
    lines.add("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
    Figures balsa = open.get(Subject.BALSA);
    open.forEach((subject, its) -> lines.add(String.format(Locale.ROOT,
        "| %s | %,.0f | %,.0f | %,.0f | %.1f | %,.0f | %s |", subject, its.p50Micros(), its.p99Micros(),
        its.p999Micros(), its.serverCpuMicros(), its.failures(),
        balsa == null || subject == Subject.BALSA ? ""
            : String.format(Locale.ROOT, "%.2f x p50, %.2f x p99, %.2f x p99.9, %.2f x CPU",
                balsa.p50Micros() / its.p50Micros(), balsa.p99Micros() / its.p99Micros(),
                balsa.p999Micros() / its.p999Micros(), balsa.serverCpuMicros() / its.serverCpuMicros()))));
    return String.join("\n", lines) + "\n";
  }

  private static String ofWatched(Map<Subject, Watched> watched) {
    List<String> lines = new ArrayList<>();
    lines.add("| put-64, all of it watched | watchers | puts/s without | puts/s with | left | events to each | all told"
        + " | after s |");
    lines.add("| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |");
    watched.forEach((subject, its) -> lines.add(String.format(Locale.ROOT,
        "| %s | %,d | %,.0f | %,.0f | %.2f | %s of %,d | %s | %s |", subject, its.watchers(),
        its.without().perSecond(), its.with().perSecond(), its.left(), its.fewest() == its.most()
            ? String.format(Locale.ROOT, "%,d", its.most())
            : String.format(Locale.ROOT, "%,d to %,d", its.fewest(), its.most()),
        its.puts(), its.complete() ? "yes" : "no",
        its.secondsAfter() < 0 ? "" : String.format(Locale.ROOT, "%.1f", its.secondsAfter()))));
    return String.join("\n", lines) + "\n";
  }

  private static String of(Map<Subject, Gaps> gaps) {
    List<String> lines = new ArrayList<>();
    lines.add("| leader killed, no write for | kills | p50 ms | p90 ms | most ms | Balsa has |");
    lines.add("| --- | ---: | ---: | ---: | ---: | --- |");
    Gaps balsa = gaps.get(Subject.BALSA);
    gaps.forEach((subject, its) -> lines.add(String.format(Locale.ROOT, "| %s | %d | %,.0f | %,.0f | %,.0f | %s |",
        subject, its.kills(), its.p50Millis(), its.p90Millis(), its.mostMillis(),
        balsa == null || subject == Subject.BALSA ? ""
            : String.format(Locale.ROOT, "%.2f x p50", balsa.p50Millis() / its.p50Millis()))));
    return String.join("\n", lines) + "\n";
  }

  private static String of(List<Workload> workloads, Map<Subject, Map<Workload, Figures>> figures) {
    List<String> lines = new ArrayList<>();
    lines
        .add("| workload | store | ops/s | p50 us | p99 us | p99.9 us | server CPU us/op | client CPU us/op | RSS MiB |"
            + " failed | Balsa has |");
    lines.add("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
    for (Workload workload : workloads) {
      for (Subject subject : Subject.values()) {
        of(figures, subject, workload).ifPresent(its -> lines.add(String.format(Locale.ROOT,
            "| %s | %s | %,.0f | %,.0f | %,.0f | %,.0f | %.1f | %.1f | %,.0f | %,.0f | %s |", workload, subject,
            its.perSecond(), its.p50Micros(), its.p99Micros(), its.p999Micros(), its.serverCpuMicros(),
            its.clientCpuMicros(), its.residentBytes() / MIB, its.failures(), ratio(figures, subject, workload))));
      }
      if (workload.rival() != workload) {
        lines.add("| | | | | | | | | | | " + ratios(figures, workload) + " |");
      }
    }
    return String.join("\n", lines) + "\n";
  }

  static Optional<Figures> of(Map<Subject, Map<Workload, Figures>> figures, Subject subject, Workload workload) {
    return Optional.ofNullable(figures.getOrDefault(subject, Map.of()).get(workload));
  }

  private static String ratio(Map<Subject, Map<Workload, Figures>> figures, Subject subject, Workload workload) {
    return subject == Subject.BALSA ? ""
        : of(figures, Subject.BALSA, workload)
            .flatMap(balsa -> of(figures, subject, workload).map(its -> ratio(balsa, its))).orElse("");
  }

  private static String ratios(Map<Subject, Map<Workload, Figures>> figures, Workload workload) {
    List<String> ratios = new ArrayList<>();
    for (Subject subject : Subject.values()) {
      if (subject != Subject.BALSA) {
        of(figures, Subject.BALSA, workload).ifPresent(balsa -> of(figures, subject, workload.rival())
            .ifPresent(its -> ratios.add("of " + subject + "'s " + workload.rival() + ": " + ratio(balsa, its))));
      }
    }
    return String.join("; ", ratios);
  }

  private static String ratio(Figures balsa, Figures other) {
    return String.format(Locale.ROOT, "%.2f x ops/s, %.2f x p50, %.2f x p99, %.2f x CPU",
        balsa.perSecond() / other.perSecond(), balsa.p50Micros() / other.p50Micros(),
        balsa.p99Micros() / other.p99Micros(), balsa.serverCpuMicros() / other.serverCpuMicros());
  }
}
