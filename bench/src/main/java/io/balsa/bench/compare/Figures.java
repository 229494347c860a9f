package io.balsa.bench.compare;

import io.balsa.bench.load.LoadResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one store did under one workload, in one round or as the medians of several.
 *
 * @param perSecond operations that ended well
 * @param p50Micros and the other percentiles of their latency
 * @param serverCpuMicros processor time of all nodes together, an operation
 * @param clientCpuMicros processor time of the one that asks, an operation
 * @param residentBytes of the node that has most
 * @param failures operations that did not end well
 */
record Figures(double perSecond, double p50Micros, double p99Micros, double p999Micros, double serverCpuMicros,
    double clientCpuMicros, double residentBytes, double failures) {

  static Figures of(LoadResult result, double serverCpuSeconds, double clientCpuSeconds, long residentBytes) {
    double operations = Math.max(1, result.latency().getTotalCount());
    return new Figures(result.perSecond(), result.micros(50), result.micros(99), result.micros(99.9),
        serverCpuSeconds * 1e6 / operations, clientCpuSeconds * 1e6 / operations, residentBytes, result.failures());
  }

  /** Of each figure by itself; of an even number the lower one in the middle. */
  static Figures median(List<Figures> rounds) {
    return new Figures(median(rounds, Figures::perSecond), median(rounds, Figures::p50Micros),
        median(rounds, Figures::p99Micros), median(rounds, Figures::p999Micros),
        median(rounds, Figures::serverCpuMicros), median(rounds, Figures::clientCpuMicros),
        median(rounds, Figures::residentBytes), median(rounds, Figures::failures));
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }
}
