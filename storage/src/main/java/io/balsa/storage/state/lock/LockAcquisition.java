package io.balsa.storage.state.lock;

/**
 * An Acquire as the lock table decides it.
 *
 * @param owner            empty: an owner of its own
 * @param permits          0 with EXCLUSIVE; with SHARED 0 is any number
 * @param order            the index of its entry
 * @param clusterTimeNanos now
 * @param deadlineNanos    until when it waits: {@link #NOT_AT_ALL}, a cluster time, or {@link LockRequest#NEVER}
 */
public record LockAcquisition(String name, long session, long sequence, String owner, boolean shared, long permits,
    long order, long clusterTimeNanos, long deadlineNanos) {
  public static final long NOT_AT_ALL = -1;
}
