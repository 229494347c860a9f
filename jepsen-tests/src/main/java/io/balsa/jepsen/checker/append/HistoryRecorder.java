package io.balsa.jepsen.checker.append;

import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.List;

/** Gathers what clients did. Safe for use by any thread. */
public final class HistoryRecorder {
  private final List<RecordedTransaction> transactions = new ArrayList<>();

  /** It has ended, now, and its client was told so. */
  public synchronized void ended(int process, long invoked, Completion completion, List<MicroOperation> operations) {
    transactions.add(new RecordedTransaction(process, invoked, System.nanoTime(), completion, operations));
  }

  /** What was recorded until now. */
  public synchronized History history() {
    return new History(transactions);
  }
}
