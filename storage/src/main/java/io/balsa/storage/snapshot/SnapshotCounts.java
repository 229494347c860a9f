package io.balsa.storage.snapshot;

/**
 * How often what has happened, since this process began.
 *
 * @param taken     checkpoints made, to be sent or saved
 * @param received  snapshots that arrived whole and intact
 * @param refused   that arrived and were not what was sent
 * @param installed that took the state's place
 */
public record SnapshotCounts(long taken, long received, long refused, long installed) {
  public static final SnapshotCounts NONE = new SnapshotCounts(0, 0, 0, 0);
}
