package io.balsa.jepsen.checker;

import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether sets keep what was added to them. Operations: {@code add [set, element] -> ...}, each element once, and {@code read [set] ->
 * [element, ...]}, where one that is stored twice stands twice.
 *
 * <p>An element is known from the end of its acknowledged add, or of a read that saw it, whichever is first. It must be in every read
 * that begins later, and in every read that sees an element whose add began later. All reads of a set are ordered by inclusion.
 */
public final class SetChecker {
  private final String name;
  private final Findings findings;
  private final Map<Long, Operation> adds = new LinkedHashMap<>();
  private final List<Read> reads = new ArrayList<>();
  /** By element: what it is known by. */
  private final Map<Long, Operation> knownBy = new HashMap<>();
  private boolean isWrong;

  private record Read(Operation operation, Set<Long> elements) {}

  private SetChecker(String name, Findings findings) {
    this.name = name;
    this.findings = findings;
  }

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException an operation has another shape, or an element is added to a set twice
   */
  public static Judgement check(List<Operation> history) {
    Findings findings = new Findings();
    Map<String, SetChecker> sets = new LinkedHashMap<>();
    for (Operation operation : history) {
      sets.computeIfAbsent(Values.text(operation.argument(), 0), name -> new SetChecker(name, findings))
          .take(operation);
    }
    sets.values().forEach(SetChecker::check);
    findings.count("sets", sets.size());
    return findings.judgement();
  }

  private void take(Operation operation) {
    if (operation.function().equals("add")) {
      if (adds.put(Values.number(operation.argument(), 1), operation) != null) {
        throw new IllegalArgumentException("added before: " + operation);
      }
      findings.count("adds " + operation.completion(), 1);
    } else if (operation.completion() == Completion.OK) {
      List<Long> elements = Values.numbers(operation.result());
      Set<Long> once = new HashSet<>();
      elements.stream().filter(element -> !once.add(element)).forEach(element -> wrong("repeated",
          "element " + element + " is there twice", operation));
      reads.add(new Read(operation, once));
      findings.count("reads", 1);
    }
  }

  private void wrong(String kind, String what, Operation... shown) {
    isWrong = true;
    findings.wrong(kind, name + ": " + what, shown);
  }

  private void check() {
    reads.sort(Comparator.comparingLong(read -> read.operation().invoked()));
    adds.forEach((element, add) -> {
      if (add.completion() == Completion.OK) {
        knownBy.put(element, add);
      }
    });
    reads.forEach(this::lookForPhantoms);
    reads.forEach(read -> read.elements().forEach(element -> knownBy.merge(element, read.operation(),
        (known, other) -> known.completed() <= other.completed() ? known : other)));
    Set<Long> lost = new HashSet<>();
    reads.forEach(read -> lookForMissing(read, lost));
    if (!isWrong) {
      lookForForks();
    }
    long lastAdd = adds.values().stream().mapToLong(Operation::completed).max().orElse(Long.MIN_VALUE);
    if (!adds.isEmpty() && reads.stream().noneMatch(read -> read.operation().invoked() > lastAdd)) {
      findings.undecided(name + " was not read after the last add");
    }
  }

  private void lookForPhantoms(Read read) {
    read.elements().removeIf(element -> {
      Operation add = adds.get(element);
      if (add == null) {
        wrong("phantom", "element " + element + " was never added", read.operation());
      } else if (add.completion() == Completion.FAILED) {
        wrong("phantom", "element " + element + " was refused", add, read.operation());
      } else if (add.invoked() > read.operation().completed()) {
        wrong("phantom", "element " + element + " was seen before it was added", read.operation(), add);
      } else {
        return false;
      }
      return true;
    });
  }

  private void lookForMissing(Read read, Set<Long> lost) {
    long from = read.elements().stream().mapToLong(element -> add(element).invoked()).max().orElse(Long.MIN_VALUE);
    long seesAllUntil = Math.max(from, read.operation().invoked());
    knownBy.forEach((element, known) -> {
      if (known.completed() < seesAllUntil && !read.elements().contains(element) && !lost.contains(element)) {
        boolean comesBack = reads.stream().filter(later -> read.operation().isBefore(later.operation()))
            .anyMatch(later -> later.elements().contains(element));
        boolean wasSeen = reads.stream().filter(earlier -> earlier.operation().isBefore(read.operation()))
            .anyMatch(earlier -> earlier.elements().contains(element));
        if (!comesBack) {
          lost.add(element);
          wrong("lost", "element " + element + " is gone", known, read.operation());
        } else if (wasSeen) {
          wrong("resurrected", "element " + element + " was there, was gone and came back", known, read.operation());
        } else {
          wrong("stale", "element " + element + " had been added, and was not seen yet", known, read.operation());
        }
      }
    });
  }

  private Operation add(long element) {
    Operation add = adds.get(element);
    if (add == null) {
      throw new IllegalStateException("a phantom is left: " + element);
    }
    return add;
  }

  /** Two reads of which each lacks what the other one saw: then one of the two went back, whichever was first. */
  private void lookForForks() {
    List<Read> bySize = reads.stream().sorted(Comparator.comparingInt(read -> read.elements().size())).toList();
    for (int i = 1; i < bySize.size(); i++) {
      if (!bySize.get(i).elements().containsAll(bySize.get(i - 1).elements())) {
        wrong("fork", "each of two reads lacks what the other one saw", bySize.get(i - 1).operation(),
            bySize.get(i).operation());
      }
    }
  }
}
