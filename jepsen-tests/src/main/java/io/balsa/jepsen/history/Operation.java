package io.balsa.jepsen.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation as its client saw it. Argument and result are what JSON knows: null, Boolean, Long, String, a List of these, a Map
 * from String to these. Immutable.
 *
 * @param process who did it: one operation after the other, and none after one whose outcome is unknown
 * @param node the node that its client was bound to, by its id; "any" where it was free to choose
 * @param function what was done: {@code read}, {@code write}, {@code add}, ...
 * @param argument what it was done to and with, in the shape that the workload documents
 * @param result what was answered; null unless the completion is OK
 * @param invoked when the client began, in nanoseconds since the begin of the run
 * @param completed when the client was told or gave up, on the same clock
 * @param error why it is not OK, for people; null of one that is OK
 */
public record Operation(int process, String node, String function, @Nullable Object argument, @Nullable Object result,
    long invoked, long completed, Completion completion, @Nullable String error) {
  /** Checks what is promised above. */
  public Operation {
    if (completed < invoked) {
      throw new IllegalArgumentException("completed at " + completed + ", before its begin at " + invoked);
    }
    if (completion != Completion.OK && result != null) {
      throw new IllegalArgumentException(completion + " has no result, and this one has " + result);
    }
  }

  /** Whether it had ended, with effect or with an answer, when the other one began. */
  public boolean isBefore(Operation other) {
    return completion == Completion.OK && completed < other.invoked;
  }
}
