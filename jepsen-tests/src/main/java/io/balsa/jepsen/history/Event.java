package io.balsa.jepsen.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** The begin of an operation, or its end: what the histories of others consist of. */
record Event(Operation operation, boolean begin) {
  long time() {
    return begin ? operation.invoked() : operation.completed();
  }

  /**
   * All begins and ends by time. Of those at the same time begins come first, so that operations which met overlap; but a process ends one
   * operation before it begins the next.
   */
  static List<Event> of(List<Operation> operations) {
    List<Event> byTime = new ArrayList<>();
    for (Operation operation : operations.stream().sorted(Comparator.comparingLong(Operation::invoked)
        .thenComparingLong(Operation::completed)).toList()) {
      byTime.add(new Event(operation, true));
      byTime.add(new Event(operation, false));
    }
    byTime.sort(Comparator.comparingLong(Event::time));
    List<Event> events = new ArrayList<>();
    Map<Integer, Queue<Event>> sameTime = new LinkedHashMap<>();
    long time = Long.MIN_VALUE;
    for (Event event : byTime) {
      if (event.time() != time) {
        take(sameTime, events);
        time = event.time();
      }
      sameTime.computeIfAbsent(event.operation.process(), process -> new ArrayDeque<>()).add(event);
    }
    take(sameTime, events);
    return events;
  }

  /** Begins of all processes, then ends of all, and again, each process in its own order. */
  private static void take(Map<Integer, Queue<Event>> sameTime, List<Event> events) {
    for (boolean begin = true; !sameTime.isEmpty(); begin = !begin) {
      boolean wanted = begin;
      sameTime.values().removeIf(ofProcess -> {
        if (ofProcess.element().begin == wanted) {
          events.add(ofProcess.remove());
        }
        return ofProcess.isEmpty();
      });
    }
  }
}
