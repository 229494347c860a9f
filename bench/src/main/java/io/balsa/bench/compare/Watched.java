package io.balsa.bench.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What it costs that everything that is written is watched, in one round or as the medians of several.
 *
 * @param watchers each of all keys
 * @param without the same load before, watched by nobody
 * @param with    the load that is watched
 * @param puts    that were answered while they were watched, those of the warm-up as well
 * @param fewest  events that one of the watches was told of
 * @param most    events that one of the watches was told of
 * @param secondsAfter from the last answer until each watch was told of all; negative: that was not waited for to the end
 */
record Watched(int watchers, Figures without, Figures with, long puts, long fewest, long most, double secondsAfter) {
  /** Whether each watch was told of every put, and of nothing twice. */
  @JsonProperty
  boolean complete() {
    return fewest == puts && most == puts;
  }

  /** What is left of the puts a second. */
  @JsonProperty
  double left() {
    return with.perSecond() / without.perSecond();
  }

  /** The medians; of those that were not complete one, if there is one. */
  static Watched median(List<Watched> rounds) {
    Watched told = rounds.stream().filter(round -> !round.complete()).findFirst().orElse(rounds.get(rounds.size() - 1));
    List<Double> after = rounds.stream().map(Watched::secondsAfter).sorted().toList();
    return new Watched(told.watchers, Figures.median(rounds.stream().map(Watched::without).toList()),
        Figures.median(rounds.stream().map(Watched::with).toList()), told.puts, told.fewest, told.most,
        after.get((after.size() - 1) / 2));
  }
}
