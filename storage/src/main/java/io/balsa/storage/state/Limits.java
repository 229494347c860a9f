package io.balsa.storage.state;

import io.balsa.storage.state.lock.LockTable;

/**
 * The bounds that apply knows. They are constants of cluster version 1 and the same on every node (A1): a node's own settings
 * are checked before propose and may only be narrower.
 */
public final class Limits {
  public static final int KEY_BYTES_MAX = 4 << 10;
  public static final int VALUE_BYTES_MAX = 1 << 20;
  /** A command whose reply would be larger is refused with nothing changed (S4). */
  public static final int REPLY_BYTES_MAX = 3 << 19;
  /** Keys that one command may change. */
  public static final int COMMAND_KEYS_MAX = 10_000;
  /** Rows that one command may look at to decide what it does (A1). */
  public static final int COMMAND_ROWS_MAX = 100_000;
  /** Bytes of values that one command may look at to decide what it does. */
  public static final long COMMAND_VALUE_BYTES_MAX = 64L << 20;
  /** Guards and operations of a transaction, both of its paths together. */
  public static final int TXN_OPS_MAX = 512;
  public static final int LEASE_KEYS_MAX = 10_000;
  public static final int LOCK_NAME_BYTES_MAX = 1 << 10;
  public static final int LOCK_OWNER_BYTES_MAX = 256;
  /** Lock requests, held and waiting, of one session; and of one lock. */
  public static final int LOCK_REQUESTS_MAX = LockTable.REQUESTS_MAX;
  /** Keys and lock requests that one CLOCK entry expires beyond those of its first lease (T4). */
  public static final int CLOCK_KEYS_MAX = 1_000;
  /** Leases that one CLOCK entry expires: those without keys cost something too. */
  public static final int CLOCK_LEASES_MAX = 1_000;
  /** Unacknowledged sequences of a session, kept by the server in front of the log (S4). */
  public static final int SESSION_UNACKNOWLEDGED_MAX = 8_192;
  /** Stored replies of a session in bytes, kept by the server in front of the log (S4). */
  public static final long SESSION_REPLY_BYTES_MAX = 8L << 20;
  /** A year: so that a deadline in nanoseconds never overflows. */
  public static final long TTL_MILLIS_MAX = 366L * 24 * 3600 * 1000;

  private Limits() {
  }
}
