package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.history.Completion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One transaction as its client saw it. Immutable.
 *
 * @param process
 *          who ran it, for the reader of a report
 * @param invoked
 *          when it began, in nanoseconds of one monotonic clock that all clients share
 * @param completed
 *          when its client knew of the end; of an unknown outcome: when its client gave up, which tells nothing about
 *          its effect
 */
public record RecordedTransaction(int process, long invoked, long completed, Completion completion,
    List<MicroOperation> operations) {
  /** Keeps a copy. */
  public RecordedTransaction {
    if (completed < invoked) {
      throw new IllegalArgumentException("completed at " + completed + ", before its begin at " + invoked);
    }
    operations = List.copyOf(operations);
  }

  /** Whether it had ended when the other one began. */
  boolean isBefore(RecordedTransaction other) {
    return completion == Completion.OK && completed < other.invoked;
  }

  /** As {@link HistoryFormat} reads it. */
  @Override
  public String toString() {
    return process + " " + invoked + " " + completed + " " + completion.name().toLowerCase(Locale.ROOT) + ": "
        + operations.stream().map(MicroOperation::toString).collect(Collectors.joining("; "));
  }
}
