package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A lease in memory; a session is one with a sequence table (S1). A cache of its rows in LEASES and SESSIONS, which belongs to
 * the applier's thread; others see a {@link SessionView} of it.
 */
final class Lease {
  /** By (deadline, id): the order in which leases expire (T4). */
  static final Comparator<Lease> BY_DEADLINE = Comparator.comparingLong((Lease lease) -> lease.deadlineNanos)
      .thenComparingLong(lease -> lease.id);

  private static final int KIND_SESSION = 1;
  private static final int KIND_LEASE = 2;
  /** As large as varints get, about. */
  private static final int ROW_BYTES_TYPICAL = 24;
  private static final long NANOS_PER_MILLI = 1_000_000;

  final long id;
  final long ttlMillis;
  /** It has a row in SESSIONS; what is none never uses its sequences. */
  final boolean session;
  /** On the cluster clock. Changed only while the lease is out of the order by deadline. */
  long deadlineNanos;
  /** Rows that it has in LEASE_KEYS. */
  int keyCount;
  final SequenceTable sequences;

  /** What this batch changed. */
  boolean leaseChanged;
  boolean sequencesChanged;
  boolean touched;
  boolean removed;

  Lease(long id, boolean session, long ttlMillis, long deadlineNanos, int keyCount, SequenceTable sequences) {
    this.id = id;
    this.session = session;
    this.ttlMillis = ttlMillis;
    this.deadlineNanos = deadlineNanos;
    this.keyCount = keyCount;
    this.sequences = sequences;
  }

  static long deadline(long clusterTimeNanos, long ttlMillis) {
    long deadline = clusterTimeNanos + ttlMillis * NANOS_PER_MILLI;
    return deadline < 0 ? Long.MAX_VALUE : deadline;
  }

  SessionView view() {
    return new SessionView(SessionView.State.LIVE, sequences.last(), sequences.lowestAwaited(), ttlMillis,
        sequences.storedReplies(), sequences.storedBytes());
  }

  byte[] encodeLease() {
    return new RowWriter(ROW_BYTES_TYPICAL).putByte(session ? KIND_SESSION : KIND_LEASE).putVarLong(ttlMillis)
        .putVarLong(deadlineNanos)
        .putVarLong(keyCount).toBytes();
  }

  byte[] encodeSession() {
    return new RowWriter(ROW_BYTES_TYPICAL).putVarLong(sequences.last()).putVarLong(sequences.lowestAwaited())
        .toBytes();
  }

  /** @param sessionRow null: it has none */
  static Lease decode(long id, byte[] leaseRow, byte @Nullable [] sessionRow) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.LEASES, leaseRow);
    int kind = in.readByte();
    if ((kind != KIND_SESSION || sessionRow == null) && (kind != KIND_LEASE || sessionRow != null)) {
      throw in.corrupt("is a lease of the unknown kind " + kind
          + ", or a session without its row of sequences, or a lease with one");
    }
    long ttlMillis = in.readVarLong();
    long deadlineNanos = in.readVarLong();
    int keyCount = (int) in.readVarLong();
    if (sessionRow == null) {
      return new Lease(id, false, ttlMillis, deadlineNanos, keyCount, new SequenceTable());
    }
    RowReader session = new RowReader(ColumnFamily.SESSIONS, sessionRow);
    long last = session.readVarLong();
    long lowestAwaited = session.readVarLong();
    if (last < 0 || lowestAwaited < 1 || lowestAwaited > last + 1) {
      throw session.corrupt("holds the sequences " + lowestAwaited + " to " + last);
    }
    return new Lease(id, true, ttlMillis, deadlineNanos, keyCount, new SequenceTable(last, lowestAwaited));
  }

  static long lowestAwaited(byte[] sessionRow) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.SESSIONS, sessionRow);
    in.readVarLong();
    return in.readVarLong();
  }

  @Override
  public String toString() {
    return id + (session ? ": session ttl " : ": ttl ") + ttlMillis + " deadline " + deadlineNanos + " keys " + keyCount
        + " " + sequences;
  }
}
