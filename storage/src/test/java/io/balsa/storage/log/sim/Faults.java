package io.balsa.storage.log.sim;

/**
 * Asked before each operation of a {@link SimDisk} that changes anything: what shall happen to it.
 */
public interface Faults {
  Faults NONE = (operation, file) -> Fault.NONE;

  /** What changes a disk. SYNC is of a file, the last four are of the directory. */
  enum Operation {
    WRITE, SYNC, CREATE, RENAME, DELETE, SYNC_DIRECTORY
  }

  /** What happens to an operation. */
  enum Fault {
    /** It succeeds. */
    NONE,
    /**
     * It fails with an IOException and has no effect; what a failed sync was to write is never written by a later one.
     */
    FAIL,
    /** A write that does its first half and fails. */
    FAIL_SHORT,
    /** It fails with a DiskFullException; a write does its first half. */
    DISK_FULL,
    /** The machine stops before it: every call from then on throws {@link SimDisk.Stopped}. */
    STOP_BEFORE,
    /** The machine stops after its first half, if it is a write. */
    STOP_SHORT,
    /** The machine stops when it is done, before anybody learns of it. */
    STOP_AFTER
  }

  Fault before(Operation operation, String file);

  /** The {@code nth} operation (from 1) meets this fault; none before and none after it does. */
  static Faults at(long nth, Fault fault) {
    return new Faults() {
      private long count;

      @Override
      public Fault before(Operation operation, String file) {
        count++;
        return count == nth ? fault : Fault.NONE;
      }
    };
  }
}
