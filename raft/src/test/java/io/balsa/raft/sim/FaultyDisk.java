package io.balsa.raft.sim;

import org.jspecify.annotations.Nullable;

/** What may befall the disk of a log, beside crashes and slow, stalled or failed syncs. */
public interface FaultyDisk {
  /** The next write fails with an IOException; it does nothing, or its first half. */
  void failNextWrite(boolean half);

  /** Soon there is no more room: whoever needs some fails with the message of a full disk (E3). Until {@link #makeRoom}. */
  void fill(SimRandom random);

  void makeRoom();

  boolean isFull();

  /**
   * One bit of what lies on the disk changes, in the page cache too. If no later loss of the marker can hide it, that is: L2 names
   * what it cannot find, rot of exactly the last frame together with a power cut that also takes the marker.
   *
   * @param running a process has the log open: only what it wrote some time ago changes
   * @return where; null: there is nothing that may change now
   */
  @Nullable
  String rot(boolean running, SimRandom random);

  /** Whether what has changed lies there still, and no start has found the log whole all the same. */
  boolean isRotten();

  /** The bit changes back. @return false: it cannot, a power cut has touched that page since, or there is nothing to mend */
  boolean mendRot();

  /** Whether one of these faults is what made a process fail in this way, or not start. */
  boolean explains(Throwable failure);
}
