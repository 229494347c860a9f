package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether counters that begin at 0 and only grow count exactly. Operations: {@code add [counter, delta] -> sum} with deltas above 0,
 * {@code read [counter] -> value}; others are passed over.
 *
 * <p>Every answer tells a place on the way of the counter: an add led from {@code sum - delta} to {@code sum}. These steps must not
 * overlap, no read may lie inside of one, their order must agree with real time, and what is missing between them must be no more than
 * adds of unknown outcome, that had begun by then, can have added. Whatever is lost, done twice, read too early or too late breaks one
 * of these.
 */
public final class CounterChecker {
  private final String name;
  private final Findings findings;
  private final List<Operation> reads = new ArrayList<>();
  private final List<Operation> adds = new ArrayList<>();
  private final List<Operation> unknown = new ArrayList<>();
  private long lastAdd = Long.MIN_VALUE;

  private CounterChecker(String name, Findings findings) {
    this.name = name;
    this.findings = findings;
  }

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape, or adds 0 or less
   */
  public static Judgement check(List<Operation> history) {
    Findings findings = new Findings();
    Map<String, CounterChecker> counters = new LinkedHashMap<>();
    for (Operation operation : history) {
      if (operation.function().equals("add") || operation.function().equals("read")) {
        counters.computeIfAbsent(Values.text(operation.argument(), 0), name -> new CounterChecker(name, findings))
            .take(operation);
      }
    }
    counters.values().forEach(CounterChecker::check);
    return findings.judgement();
  }

  private void take(Operation operation) {
    if (operation.function().equals("add")) {
      if (delta(operation) <= 0) {
        throw new IllegalArgumentException("adds nothing or less: " + operation);
      }
      lastAdd = Math.max(lastAdd, operation.completed());
      switch (operation.completion()) {
        case OK -> adds.add(operation);
        case UNKNOWN -> unknown.add(operation);
        case FAILED -> {
        }
      }
    } else if (operation.completion() == Completion.OK) {
      reads.add(operation);
    }
  }

  private static long delta(Operation add) {
    return Values.number(add.argument(), 1);
  }

  private static long value(Operation operation) {
    return Values.number(operation.result());
  }

  private static long from(Operation add) {
    return value(add) - delta(add);
  }

  private void check() {
    findings.count("adds", adds.size());
    findings.count("adds of unknown outcome", unknown.size());
    findings.count("reads", reads.size());
    adds.sort(Comparator.comparingLong(CounterChecker::value));
    boolean overlap = lookForOverlaps();
    TreeMap<Long, Operation> bySum = new TreeMap<>();
    TreeMap<Long, Long> knownUpTo = new TreeMap<>(Map.of(Long.MIN_VALUE, 0L));
    long known = 0;
    for (Operation add : adds) {
      known += delta(add);
      bySum.put(value(add), add);
      knownUpTo.put(value(add), known);
    }
    if (!overlap) { // else nobody can tell what was added up to where
      Begun begun = new Begun(unknown, CounterChecker::delta);
      adds.forEach(add -> explain(add, knownUpTo, begun));
      reads.stream().filter(read -> !isInside(read, bySum)).forEach(read -> explain(read, knownUpTo, begun));
    }
    lookAtTime();
    if (lastAdd != Long.MIN_VALUE && reads.stream().noneMatch(read -> read.invoked() > lastAdd)) {
      findings.undecided(name + " was not read after the last add");
    }
  }

  private boolean lookForOverlaps() {
    boolean overlap = false;
    for (int i = 1; i < adds.size(); i++) {
      if (from(adds.get(i)) < value(adds.get(i - 1))) {
        overlap = true;
        findings.wrong("overlap", "two adds to " + name + " cannot both have come to these sums", adds.get(i - 1),
            adds.get(i));
      }
    }
    return overlap;
  }

  private boolean isInside(Operation read, TreeMap<Long, Operation> bySum) {
    Map.Entry<Long, Operation> above = bySum.higherEntry(value(read));
    if (above == null || from(above.getValue()) >= value(read)) {
      return false;
    }
    findings.wrong("inside an add", name + " was read as " + value(read) + ", which an add passed over", read,
        above.getValue());
    return true;
  }

  /** What no acknowledged add accounts for must be the work of unknown ones. */
  private void explain(Operation operation, TreeMap<Long, Long> knownUpTo, Begun begun) {
    long rest = value(operation) - knownUpTo.floorEntry(value(operation)).getValue();
    long possible = begun.by(operation.completed());
    if (rest < 0) {
      findings.wrong("too low", name + " was " + value(operation) + ", less than what was added below that",
          operation);
    } else if (rest > possible) {
      findings.wrong("too high", name + " was " + value(operation) + ": " + rest
          + " more than the acknowledged adds up to there, and those of unknown outcome come to " + possible,
          operation);
    }
  }

  private void lookAtTime() {
    List<RealTime.Point> points = new ArrayList<>();
    adds.forEach(add -> points.add(new RealTime.Point(add, from(add), value(add))));
    reads.forEach(read -> points.add(RealTime.Point.seen(read, value(read))));
    RealTime.check(points, (earlier, later) -> findings.wrong("went back",
        name + " had been " + earlier.to() + ", and later it was " + later.from(), earlier.operation(),
        later.operation()));
  }
}
