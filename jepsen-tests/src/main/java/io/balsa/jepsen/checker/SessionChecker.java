package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client's calls take effect once, in the order of the calls, and its reads see its writes. Each key has one writer, which
 * puts 1, 2, 3, ... without waiting for the answers. Operations:
 * <ul>
 * <li>{@code pipeline [key, [call, ...]] -> [answer, ...]}: calls of the writer's session that ended alike, of those that it made at one
 * moment. A call is {@code ["put", value]}, its answer {@code [revision, value before, version before]}, zeros if there was none; or
 * {@code ["get", last]}, where {@code last} is the last value that was put when it was called, and its answer is the value, 0 if there
 * is none;
 * <li>{@code read [key] -> value}: linearizable, by anybody.
 * </ul>
 *
 * <p>The puts that took effect stand in one chain by their values, each with the value and the version before. A get is not older than
 * the acknowledged puts before it in the order of calls; no read is older than what had been answered when it began, or sees what was not
 * called yet, was refused or was passed over in the chain.
 */
public final class SessionChecker {
  private final String key;
  private final Findings findings;
  private final TreeMap<Long, Put> puts = new TreeMap<>();
  private final List<Seen> seen = new ArrayList<>();
  private long lastEnd = Long.MIN_VALUE;

  private record Put(Operation operation, long value, long revision, long before, long version) {
    boolean isOk() {
      return operation.completion() == Completion.OK;
    }
  }

  /** A value that was read, and the last put that was called before in the same session, 0 if none or in another one. */
  private record Seen(Operation operation, long value, long lastPut) {}

  private SessionChecker(String key, Findings findings) {
    this.key = key;
    this.findings = findings;
  }

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape, or puts a value twice
   */
  public static Judgement check(List<Operation> history) {
    Findings findings = new Findings();
    Map<String, SessionChecker> keys = new LinkedHashMap<>();
    for (Operation operation : history) {
      keys.computeIfAbsent(Values.text(operation.argument(), 0), key -> new SessionChecker(key, findings))
          .take(operation);
    }
    keys.values().forEach(SessionChecker::check);
    return findings.judgement();
  }

  private void take(Operation operation) {
    boolean ok = operation.completion() == Completion.OK;
    if (operation.function().equals("read")) {
      if (ok) {
        seen.add(new Seen(operation, Values.number(operation.result()), 0));
        findings.count("reads by others", 1);
      }
      return;
    }
    lastEnd = Math.max(lastEnd, operation.completed());
    List<?> calls = Values.list(Values.list(operation.argument()).get(1));
    for (int i = 0; i < calls.size(); i++) {
      long number = Values.number(calls.get(i), 1);
      Object answer = ok ? Values.list(operation.result()).get(i) : List.of(0L, 0L, 0L);
      if (Values.text(calls.get(i), 0).equals("put")) {
        Put put = new Put(operation, number, Values.number(answer, 0), Values.number(answer, 1),
            Values.number(answer, 2));
        if (puts.put(number, put) != null) {
          throw new IllegalArgumentException(number + " was put before: " + operation);
        }
        findings.count("puts " + operation.completion(), 1);
      } else if (ok) {
        seen.add(new Seen(operation, Values.number(answer), number));
        findings.count("gets", 1);
      }
    }
  }

  private void check() {
    if (!puts.isEmpty() && seen.stream().noneMatch(read -> read.operation().invoked() > lastEnd)) {
      findings.undecided(key + " was not read after the last call");
    }
    List<Put> inOrder = puts.values().stream().filter(Put::isOk).toList();
    if (areInOrder(inOrder)) {
      followChain(inOrder);
    }
    seen.removeIf(this::isPhantom);
    seen.forEach(this::lookForOwn);
    lookAtTime();
  }

  private boolean areInOrder(List<Put> acknowledged) {
    boolean inOrder = true;
    for (int i = 1; i < acknowledged.size(); i++) {
      Put last = acknowledged.get(i - 1);
      Put put = acknowledged.get(i);
      if (put.revision() <= last.revision()) {
        inOrder = false;
        findings.wrong("order", key + ": " + put.value() + " took effect before " + last.value() + ", called earlier",
            last.operation(), put.operation());
      }
    }
    return inOrder;
  }

  /** What may stand between each acknowledged put and the one before. */
  private void followChain(List<Put> acknowledged) {
    Put last = null;
    for (Put put : acknowledged) {
      long from = last == null ? 0 : last.value();
      Map<Long, Put> between = puts.subMap(from, false, put.value(), false);
      long unknown = between.values().stream().filter(other -> other.operation().completion() == Completion.UNKNOWN)
          .count();
      Operation[] shown = last == null ? new Operation[]{put.operation()}
          : new Operation[]{last.operation(), put.operation()};
      long steps = put.version() - (last == null ? 0 : last.version() + 1);
      if (steps < 0 || steps > unknown) {
        findings.wrong("count", key + ": between " + from + " and " + put.value() + " there were " + steps
            + " puts, and can have been at most " + unknown, shown);
      } else if (steps == 0 ? put.before() != from : !isUnknown(between.get(put.before()))) {
        findings.wrong("order",
            key + ": " + put.value() + " found " + put.before() + ", and the acknowledged put before"
                + " it is " + from,
            shown);
      }
      last = put;
    }
  }

  private static boolean isUnknown(@Nullable Put put) {
    return put != null && put.operation().completion() == Completion.UNKNOWN;
  }

  private boolean isPhantom(Seen read) {
    Put put = puts.get(read.value());
    if (read.value() != 0 && put == null) {
      findings.wrong("phantom", key + ": " + read.value() + " was never put", read.operation());
    } else if (put != null && put.operation().completion() == Completion.FAILED) {
      findings.wrong("phantom", key + ": " + read.value() + " was refused", put.operation(), read.operation());
    } else if (put != null && put.operation().invoked() > read.operation().completed()) {
      findings.wrong("phantom", key + ": " + read.value() + " was seen before it was put", read.operation(),
          put.operation());
    } else if (put != null && isPassedOver(put)) {
      findings.wrong("phantom", key + ": " + read.value() + " did not take effect, as the next put shows",
          put.operation(), read.operation());
    } else {
      return false;
    }
    return true;
  }

  private void lookForOwn(Seen read) {
    Optional<Put> own = puts.headMap(read.lastPut(), true).descendingMap().values().stream().filter(Put::isOk)
        .findFirst();
    own.filter(before -> before.value() > read.value()).ifPresent(before -> findings.wrong("own write",
        key + ": a get called after the put of " + before.value() + " saw " + read.value(), before.operation(),
        read.operation()));
  }

  /** The next acknowledged put found an earlier value. */
  private boolean isPassedOver(Put put) {
    return puts.tailMap(put.value(), false).values().stream().filter(Put::isOk).findFirst()
        .map(next -> next.before() < put.value()).orElse(false);
  }

  private void lookAtTime() {
    List<RealTime.Point> points = new ArrayList<>();
    puts.values().stream().filter(Put::isOk)
        .forEach(put -> points.add(RealTime.Point.made(put.operation(), put.value())));
    seen.forEach(read -> points.add(RealTime.Point.seen(read.operation(), read.value())));
    RealTime.check(points, (earlier, later) -> findings.wrong("went back",
        key + ": " + earlier.to() + " was there, and later " + later.to(), earlier.operation(), later.operation()));
  }
}
