package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.WriteBatch;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows of REPLIES that count as absent and are still there. They are deleted with later batches: locally, lazily, and invisibly (A1).
 * Many that follow each other go by one deletion of a range, so a session that goes on keeps some until there are many; a few that are
 * left of one that has ended go one by one, not too many with each batch.
 */
final class DroppedReplies {
  /** A deletion of a range costs each later read of the table a little. */
  private static final int RANGE_ROWS_MIN = 256;
  private static final int DELETIONS_PER_BATCH = 4_096;

  /** By session: those that were dropped last. */
  private final TreeMap<Long, Run> growing = new TreeMap<>();
  /** To be deleted. */
  private final ArrayDeque<Run> due = new ArrayDeque<>();

  /** Sequences from {@code from} to before {@code to} of a session, live or gone. */
  private static final class Run {
    final long sessionId;
    final long from;
    long to;
    boolean due;

    Run(long sessionId, long from) {
      this.sessionId = sessionId;
      this.from = from;
    }

    boolean isRange() {
      return to - from >= RANGE_ROWS_MIN;
    }
  }

  void add(long sessionId, long from, long to) {
    if (from >= to) {
      return;
    }
    Run run = growing.get(sessionId);
    if (run == null || run.to != from) {
      ended(sessionId);
      run = new Run(sessionId, from);
      growing.put(sessionId, run);
    }
    run.to = to;
    if (run.isRange()) {
      makeDue(run);
    }
  }

  /** No more comes of this session. */
  void ended(long sessionId) {
    Run run = growing.remove(sessionId);
    if (run != null) {
      makeDue(run);
    }
  }

  /** Nor of those that are not live. */
  void endedBut(LongPredicate live) {
    for (Iterator<Run> runs = growing.values().iterator(); runs.hasNext();) {
      Run run = runs.next();
      if (!live.test(run.sessionId)) {
        runs.remove();
        makeDue(run);
      }
    }
  }

  private void makeDue(Run run) {
    if (!run.due) {
      run.due = true;
      due.add(run);
    }
  }

  void deleteSome(WriteBatch batch) {
    int deletions = 0;
    @Nullable
    Run run;
    while (deletions < DELETIONS_PER_BATCH && (run = due.pollFirst()) != null) {
      growing.remove(run.sessionId, run);
      if (run.isRange()) {
        batch.deleteRange(ColumnFamily.REPLIES, Leases.replyRow(run.sessionId, run.from),
            Leases.replyRow(run.sessionId, run.to));
        deletions++;
        continue;
      }
      for (long sequence = run.from; sequence < run.to; sequence++) {
        batch.delete(ColumnFamily.REPLIES, Leases.replyRow(run.sessionId, sequence));
        deletions++;
      }
    }
  }
}
