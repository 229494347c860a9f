package io.balsa.storage.kv;

/**
 * The tables of the state. Rows are ordered by their key's unsigned bytes. The names stand in files on disk: a table may be
 * added, never renamed. What the rows hold is written where they are encoded: {@code mvcc} and {@code state}.
 */
public enum ColumnFamily {
  /** One row: what was applied, with all counters (A3). In RocksDB the family that always exists. */
  META("default"),
  /** User key -> create and mod revision, version, lease of its newest version; no row for a deleted key. */
  CURRENT("current"),
  /** (User key, revision descending) -> that version's value, or a tombstone. */
  VERSIONS("versions"),
  /** (Revision, sub) -> which key that revision changed: events for watches, in order (A7). */
  REVISIONS("revisions"),
  /** Lease id -> kind, TTL, deadline, number of keys. */
  LEASES("leases"),
  /** (Lease id, user key) -> nothing: the keys that go when the lease goes (A7). */
  LEASE_KEYS("lease-keys"),
  /** Session id -> last sequence applied, lowest awaited sequence. */
  SESSIONS("sessions"),
  /** (Session id, sequence) -> the stored reply. Rows below the session's lowest awaited sequence count as absent (A1). */
  REPLIES("replies");

  private final String storedName;

  ColumnFamily(String storedName) {
    this.storedName = storedName;
  }

  /** The name on disk. */
  public String storedName() {
    return storedName;
  }
}
