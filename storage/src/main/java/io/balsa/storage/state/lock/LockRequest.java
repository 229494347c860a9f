package io.balsa.storage.state.lock;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.RowReader;
import io.balsa.storage.kv.RowWriter;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.mvcc.Rows;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * One Acquire that holds its lock or waits for it: a row of LOCK_REQUESTS.
 *
 * <pre>
 * key    escaped(lock name), session (8), sequence (8)
 * value  state (1), mode (1), then as varints permits, order, since, deadline, token; the owner's bytes
 * </pre>
 *
 * Its id is (session, sequence), which the client knew before any reply (K2). Changed on the applier's thread only.
 */
public final class LockRequest {
  /** No deadline: it waits as long as its session lives. */
  public static final long NEVER = Long.MAX_VALUE;

  /** By (deadline, order): the order in which waits run out (T4). */
  static final Comparator<LockRequest> BY_DEADLINE = Comparator
      .comparingLong((LockRequest request) -> request.deadlineNanos).thenComparingLong(request -> request.order);

  private static final int STATE_WAITING = 1;
  private static final int STATE_HELD = 2;
  private static final int MODE_EXCLUSIVE = 1;
  private static final int MODE_SHARED = 2;
  private static final int ROW_BYTES_TYPICAL = 64;
  private static final int ID_BYTES = 2 * Long.BYTES;

  final String name;
  final long session;
  final long sequence;
  /** Empty: an owner of its own. */
  final String owner;
  final boolean shared;
  /** SHARED: how many owners may hold the lock at a time; 0: any number. */
  final long permits;
  /** The index of the entry that asked: the queue's order (K5). */
  final long order;
  final long deadlineNanos;
  /** Since when it waits or holds, on the cluster clock. */
  long sinceNanos;
  /** 0: it waits. */
  long token;

  /** What this batch changed. */
  boolean touched;
  boolean removed;

  LockRequest(String name, long session, long sequence, String owner, boolean shared, long permits, long order,
      long sinceNanos, long deadlineNanos, long token) {
    this.name = name;
    this.session = session;
    this.sequence = sequence;
    this.owner = owner;
    this.shared = shared;
    this.permits = permits;
    this.order = order;
    this.sinceNanos = sinceNanos;
    this.deadlineNanos = deadlineNanos;
    this.token = token;
  }

  public String name() {
    return name;
  }

  public long session() {
    return session;
  }

  public long sequence() {
    return sequence;
  }

  /** The fencing token; 0: it waits. */
  public long token() {
    return token;
  }

  public boolean isHeld() {
    return token != 0;
  }

  /** Whether it is over: withdrawn, released, out of time, or its session ended. */
  public boolean isRemoved() {
    return removed;
  }

  byte[] rowKey() {
    return rowKey(name, session, sequence);
  }

  static byte[] rowKey(String name, long session, long sequence) {
    byte[] prefix = Rows.escaped(name.getBytes(StandardCharsets.UTF_8));
    return new RowWriter(prefix.length + ID_BYTES).putBytes(prefix).putLong(session).putLong(sequence).toBytes();
  }

  byte[] encode() {
    return new RowWriter(ROW_BYTES_TYPICAL).putByte(isHeld() ? STATE_HELD : STATE_WAITING)
        .putByte(shared ? MODE_SHARED : MODE_EXCLUSIVE).putVarLong(permits).putVarLong(order).putVarLong(sinceNanos)
        .putVarLong(deadlineNanos).putVarLong(token).putBytes(owner.getBytes(StandardCharsets.UTF_8)).toBytes();
  }

  static LockRequest decode(byte[] key, byte[] value) throws StateCorruptException {
    RowReader in = new RowReader(ColumnFamily.LOCK_REQUESTS, value);
    int end = key.length - ID_BYTES;
    if (end < 0) {
      throw in.corrupt("has a key that was not written by this program");
    }
    String name = new String(Rows.unescaped(ColumnFamily.LOCK_REQUESTS, key, end), StandardCharsets.UTF_8);
    RowReader id = new RowReader(ColumnFamily.LOCK_REQUESTS, key, end);
    int state = in.readByte();
    int mode = in.readByte();
    LockRequest request = new LockRequest(name, id.readLong(), id.readLong(), "", mode == MODE_SHARED,
        in.readVarLong(), in.readVarLong(), in.readVarLong(), in.readVarLong(), in.readVarLong())
        .ownedBy(new String(in.readRest(), StandardCharsets.UTF_8));
    if ((mode != MODE_EXCLUSIVE && mode != MODE_SHARED) || state != (request.isHeld() ? STATE_HELD : STATE_WAITING)) {
      throw in.corrupt("is a lock request of the unknown kind " + state + "/" + mode);
    }
    return request;
  }

  private LockRequest ownedBy(String newOwner) {
    return new LockRequest(name, session, sequence, newOwner, shared, permits, order, sinceNanos, deadlineNanos, token);
  }

  @Override
  public String toString() {
    return session + "/" + sequence + " of '" + owner + "' " + (shared ? "SHARED(" + permits + ")" : "EXCLUSIVE")
        + " order " + order + " since " + sinceNanos + " deadline " + deadlineNanos + " token " + token;
  }
}
