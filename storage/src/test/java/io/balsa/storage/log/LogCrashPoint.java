package io.balsa.storage.log;

import io.balsa.storage.log.sim.Faults.Operation;

/**
 * Where a compaction, a reset, a recovery or a creation of a log can be cut off: each operation that changes the disk
 * has a name, and {@link LogCutOffTest} stops the machine before, in the middle of and after every one.
 */
enum LogCrashPoint {
  SEGMENT_CREATED(Operation.CREATE, SpareSegments.UNFINISHED),
  SEGMENT_FILLED(Operation.WRITE, SpareSegments.UNFINISHED),
  SEGMENT_SYNCED(Operation.SYNC, SpareSegments.UNFINISHED),
  SEGMENT_NAMED(Operation.RENAME, SpareSegments.UNFINISHED),
  FRAME_WRITTEN(Operation.WRITE, "segment-"),
  FRAME_SYNCED(Operation.SYNC, "segment-"),
  MARKER_CREATED(Operation.CREATE, Marker.FILE),
  MARKER_WRITTEN(Operation.WRITE, Marker.FILE),
  MARKER_SYNCED(Operation.SYNC, Marker.FILE),
  COPY_CREATED(Operation.CREATE, Recovery.COPY),
  COPY_WRITTEN(Operation.WRITE, Recovery.COPY),
  COPY_SYNCED(Operation.SYNC, Recovery.COPY),
  COPY_NAMED(Operation.RENAME, Recovery.COPY),
  OLD_SEGMENT_REMOVED(Operation.DELETE, "segment-"),
  DIRECTORY_SYNCED(Operation.SYNC_DIRECTORY, ".");

  private final Operation operation;
  private final String file;

  LogCrashPoint(Operation operation, String file) {
    this.operation = operation;
    this.file = file;
  }

  static LogCrashPoint of(Operation operation, String file) {
    for (LogCrashPoint point : values()) {
      if (point.operation == operation && file.startsWith(point.file)) {
        return point;
      }
    }
    throw new AssertionError("an operation that no crash point names: " + operation + " " + file);
  }
}
