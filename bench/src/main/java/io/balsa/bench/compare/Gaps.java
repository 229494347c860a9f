package io.balsa.bench.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/** How long no write was acknowledged, each time that the process of a leader was killed. */
final class Gaps {
  private final List<Double> millis = new ArrayList<>();

  void add(long nanos) {
    millis.add(nanos / 1e6);
  }

  double lastMillis() {
    return millis.get(millis.size() - 1);
  }

  /** Of the shortest so many of a hundred the longest. */
  private double percentile(int percent) {
    List<Double> sorted = millis.stream().sorted().toList();
    return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
  }

  @JsonProperty
  int kills() {
    return millis.size();
  }

  @JsonProperty
  double p50Millis() {
    return percentile(50);
  }

  @JsonProperty
  double p90Millis() {
    return percentile(90);
  }

  @JsonProperty
  double mostMillis() {
    return percentile(100);
  }
}
