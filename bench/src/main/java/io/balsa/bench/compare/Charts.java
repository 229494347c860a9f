package io.balsa.bench.compare;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;

/** The figures as bars, in one page of HTML that needs nothing besides itself. */
final class Charts {
  private static final int WIDTH = 1_000;
  private static final int HEIGHT = 400;

  private Charts() {}

  /** Why nothing can be drawn here, as where a JDK finds no fonts; empty: it can. Costs a second, once. */
  static Optional<String> hindrance() {
    try {
      svg(chart("", List.of("a"), Map.of("b", List.of(1.0))));
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      return Optional.of("this JDK cannot draw (Debian: apt-get install fontconfig fonts-dejavu-core): " + e);
    }
  }

  static String page(List<Workload> workloads, Comparison.Result measured) throws IOException {
    List<String> charts = new ArrayList<>();
    if (!measured.figures().isEmpty()) {
      charts.add(svg(ofWorkloads("operations a second", workloads, measured, Figures::perSecond)));
      charts.add(svg(ofWorkloads("p99 of the latency, ms", workloads, measured, its -> its.p99Micros() / 1e3)));
      charts.add(svg(ofWorkloads("CPU of all servers together, us an operation", workloads, measured,
          Figures::serverCpuMicros)));
    }
    if (!measured.open().isEmpty()) {
      Map<String, List<Double>> bars = new LinkedHashMap<>();
      measured.open().forEach((subject, its) -> bars.put(subject.toString(),
          List.of(its.p50Micros() / 1e3, its.p99Micros() / 1e3, its.p999Micros() / 1e3)));
      charts.add(svg(chart(String.format(Locale.ROOT, "latency at %,d puts/s, ms", measured.openRate()),
          List.of("p50", "p99", "p99.9"), bars)));
    }
    if (!measured.gaps().isEmpty()) {
      Map<String, List<Double>> bars = new LinkedHashMap<>();
      measured.gaps().forEach((subject, its) -> bars.put(subject.toString(),
          List.of(its.p50Millis(), its.p90Millis(), its.mostMillis())));
      charts.add(svg(chart("no write after the leader was killed, ms", List.of("p50", "p90", "most"), bars)));
    }
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>balsa compare</title></head>\n<body>\n"
        + String.join("\n", charts) + "\n</body>\n</html>\n";
  }

  /** What a store does not do has no bar. */
  private static CategoryChart ofWorkloads(String title, List<Workload> workloads, Comparison.Result measured,
      ToDoubleFunction<Figures> figure) {
    Map<String, List<Double>> bars = new LinkedHashMap<>();
    measured.figures().forEach((subject, its) -> {
      List<Double> ofSubject = new ArrayList<>();
      for (Workload workload : workloads) {
        Figures figures = its.get(workload);
        ofSubject.add(figures == null ? 0 : figure.applyAsDouble(figures));
      }
      bars.put(subject.toString(), ofSubject);
    });
    return chart(title, workloads.stream().map(Workload::toString).toList(), bars);
  }

  private static CategoryChart chart(String title, List<String> categories, Map<String, List<Double>> bars) {
    CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.getStyler().setLabelsVisible(false).setChartBackgroundColor(Color.WHITE);
    bars.forEach((name, values) -> chart.addSeries(name, categories, values));
    return chart;
  }

  /** The element alone: what stands before it is for a file of its own. */
  private static String svg(CategoryChart chart) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
    String file = out.toString(StandardCharsets.UTF_8);
    return file.substring(file.indexOf("<svg")).strip();
  }
}
