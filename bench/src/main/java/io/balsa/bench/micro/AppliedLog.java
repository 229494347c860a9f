package io.balsa.bench.micro;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.OpenSession;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A state machine and the entries that it is given, which follow each other. */
final class AppliedLog {
  private static final long TERM = 1;
  private static final long SESSION_TTL_MILLIS = 24 * 3600 * 1000L;
  private static final long STAMP_NANOS_EACH = 10_000;
  private static final int FILL_BATCH = 300;
  /** What a compaction keeps: enough that most keys have versions that are not the newest. */
  private static final long HISTORY_REVISIONS = 200_000;
  private static final long COMPACT_EVERY_REVISIONS = 50_000;
  /** How far a client's acknowledgements are behind what it sends. */
  private static final long UNACKNOWLEDGED = 1_000;

  private final KvStateMachine machine;
  private final PutCommands puts = new PutCommands();
  private long lastIndex;
  private long compactedAt;
  private long session;
  private long sequence;

  AppliedLog(KvStateMachine machine) {
    this.machine = machine;
  }

  /** Gives every key a first version. */
  void fill() throws IOException {
    for (int key = 0; key < PutCommands.KEYS;) {
      List<Entry> batch = new ArrayList<>(FILL_BATCH);
      for (; batch.size() < FILL_BATCH && key < PutCommands.KEYS; key++) {
        batch.add(entry(puts.of(key)));
      }
      apply(batch);
    }
  }

  /** The puts that follow are of a session. */
  void openSession() throws IOException {
    Command.Builder open = PutCommands.command()
        .setOpenSession(OpenSession.newBuilder().setTtlMillis(SESSION_TTL_MILLIS));
    session = apply(List.of(entry(open))).getOpenedSession().getSessionId();
  }

  /** So many batches of so many puts each. They are to be applied next, and in this order. */
  List<List<Entry>> batches(int count, int size) {
    List<List<Entry>> batches = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // The requests of a batch say the same, as those of one frame of a client do.
      long lowestAwaited = Math.max(1, sequence + 1 - UNACKNOWLEDGED);
      List<Entry> batch = new ArrayList<>(size);
      for (int j = 0; j < size; j++) {
        Command.Builder put = puts.next();
        if (session != 0) {
          sequence++;
          put.setSessionId(session).setSequence(sequence).setLowestAwaited(lowestAwaited);
        }
        batch.add(entry(put));
      }
      batches.add(batch);
    }
    return batches;
  }

  private Entry entry(Command.Builder command) {
    lastIndex++;
    return new Entry(EntryType.COMMAND, TERM, lastIndex, lastIndex * STAMP_NANOS_EACH, PutCommands.encoded(command));
  }

  /** @return the result of the last one, which is no refusal */
  Result apply(List<Entry> batch) throws IOException {
    List<Result> results = machine.apply(batch);
    Result last = results.get(results.size() - 1);
    if (results.size() != batch.size() || last == null || last.hasError()) {
      throw new IllegalStateException(results.size() + " of " + batch.size() + " entries applied, at last " + last);
    }
    return last;
  }

  /** Now and then gives up old history and removes it, as a node does, so that the state stays as large as it is. */
  void compact() throws IOException {
    long revision = machine.reads().revision();
    if (revision - HISTORY_REVISIONS < compactedAt + COMPACT_EVERY_REVISIONS) {
      return;
    }
    compactedAt = revision - HISTORY_REVISIONS;
    apply(List.of(entry(PutCommands.command().setCompact(CompactRequest.newBuilder().setRevision(compactedAt)))));
    boolean more = true;
    while (more) {
      more = machine.removeObsolete();
    }
  }
}
