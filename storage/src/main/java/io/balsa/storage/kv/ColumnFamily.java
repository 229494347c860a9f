package io.balsa.storage.kv;

/**
 * The tables of the state. Rows are ordered by their key's unsigned bytes. The names stand in files on disk: a table may be
 * added at the end, never renamed. What the rows hold is written where they are encoded: {@code mvcc} and {@code state}.
 */
public enum ColumnFamily {
  /** One row: what was applied, with all counters (A3). In RocksDB the family that always exists. */
  META(0, "default"),
  /** User key -> create and mod revision, version, lease of its newest version; no row for a deleted key. */
  CURRENT(1, "current"),
  /** (User key, revision descending) -> that version's value, or a tombstone. */
  VERSIONS(2, "versions"),
  /** (Revision, sub) -> which key that revision changed, and from which version: events for watches, in order (A7). */
  REVISIONS(3, "revisions"),
  /** Lease id -> kind, TTL, deadline, number of keys. */
  LEASES(4, "leases"),
  /** (Lease id, user key) -> nothing: the keys that go when the lease goes (A7). */
  LEASE_KEYS(5, "lease-keys"),
  /** Session id -> last sequence applied, lowest awaited sequence. */
  SESSIONS(6, "sessions"),
  /** (Session id, sequence) -> the stored reply. Rows below the session's lowest awaited sequence count as absent (A1). */
  REPLIES(7, "replies"),
  /** (Lock name, session id, sequence) -> a request that holds the lock or waits for it (K2). */
  LOCK_REQUESTS(8, "lock-requests");

  private final int position;
  private final String storedName;

  ColumnFamily(int position, String storedName) {
    this.position = position;
    this.storedName = storedName;
  }

  /** From 0 up, without gaps, the same for ever: it goes into hashes of the state. */
  public int position() {
    return position;
  }

  /** The name on disk. */
  public String storedName() {
    return storedName;
  }
}
