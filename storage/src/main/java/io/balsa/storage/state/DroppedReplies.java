package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.WriteBatch;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Rows of REPLIES that count as absent and are still there. They are deleted a few with each batch: locally, lazily, and
 * invisibly (A1), so that acknowledging much at once costs no one batch much.
 */
final class DroppedReplies {
  private static final int ROWS_PER_BATCH = 4_096;

  private final ArrayDeque<Run> runs = new ArrayDeque<>();

  /** Sequences from {@code from} to before {@code to} of a session, live or gone. */
  private record Run(long sessionId, long from, long to) {
  }

  void add(long sessionId, long from, long to) {
    if (from >= to) {
      return;
    }
    Run last = runs.peekLast();
    if (last != null && last.sessionId == sessionId && last.to == from) {
      runs.removeLast();
      runs.addLast(new Run(sessionId, last.from, to));
    } else {
      runs.addLast(new Run(sessionId, from, to));
    }
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  void deleteSome(WriteBatch batch) {
    int room = ROWS_PER_BATCH;
    @Nullable
    Run run;
    while (room > 0 && (run = runs.pollFirst()) != null) {
      long end = Math.min(run.to, run.from + room);
      for (long sequence = run.from; sequence < end; sequence++) {
        batch.delete(ColumnFamily.REPLIES, Leases.replyRow(run.sessionId, sequence));
        room--;
      }
      if (end < run.to) {
        runs.addFirst(new Run(run.sessionId, end, run.to));
      }
    }
  }
}
