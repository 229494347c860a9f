package io.balsa.server.space;

/**
 * When a node rewrites its state to give space back to the disk. That costs as much as writing all of it, so it is done only while the
 * quota is exceeded; soon after something was deleted, and else more and more rarely: a backup that is being read may have held on to
 * what was deleted. Any thread.
 */
public final class ReclaimSchedule {
  private static final long PAUSE_NANOS_MIN = 2_000_000_000L;
  private static final long PAUSE_NANOS_MAX = 600_000_000_000L;
  /** So much longer than it took does the next one wait: a tenth of the time at most is spent. */
  private static final int PAUSE_FACTOR = 10;

  private boolean running;
  private boolean begun;
  private long beganNanos;
  private long endedNanos;
  private long tookNanos;
  private long removedBefore;
  private long idlePauseNanos = PAUSE_NANOS_MIN;

  /**
   * Whether to begin now; then {@link #ended} is to be called.
   *
   * @param removed old versions that were deleted so far: a number that grows
   */
  public synchronized boolean begins(long nowNanos, boolean exceeded, long removed) {
    if (!exceeded || running) {
      return false;
    }
    boolean anythingNew = removed != removedBefore;
    long pause = Math.max(PAUSE_FACTOR * tookNanos, anythingNew ? PAUSE_NANOS_MIN : idlePauseNanos);
    if (begun && nowNanos - endedNanos < Math.min(pause, PAUSE_NANOS_MAX)) {
      return false;
    }
    idlePauseNanos = anythingNew ? PAUSE_NANOS_MIN : Math.min(PAUSE_NANOS_MAX, 2 * idlePauseNanos);
    removedBefore = removed;
    running = true;
    begun = true;
    beganNanos = nowNanos;
    return true;
  }

  /** What was begun is over. */
  public synchronized void ended(long nowNanos) {
    running = false;
    endedNanos = nowNanos;
    tookNanos = nowNanos - beganNanos;
  }
}
