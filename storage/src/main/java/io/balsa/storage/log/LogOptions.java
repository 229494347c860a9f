package io.balsa.storage.log;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SegmentedLog} is opened. Start from {@link #of}.
 *
 * <p>Worked example, a node that was killed while it installed a snapshot: its pointer to the state names the snapshot
 * up to 4/2000 and says that the log is to be reset; the log still ends with entry 3/1500. It is opened with
 * {@code withApplied(4/2000).withReset(base of 4/2000)} and comes out empty, behind 4/2000, with its hard state. Had it
 * been reset before the kill, the same options would leave it as it is.
 *
 * @param groupId       the Raft group; it stands in every frame and entry
 * @param segmentBytes  the size of a segment, a multiple of 4 KiB; a batch that is larger gets a larger one
 * @param cacheBytes    how many bytes of recent entries are kept in memory; entries that are not written yet are kept
 *                      whatever this says
 * @param batchBytesMax syncs are put together into one frame up to about this size; one sync is never divided
 * @param initial       what a new log begins behind
 * @param applied       the last entry that the state machine's disk holds: a log that ends before it, or begins after
 *                      it, is corrupt (L2); ZERO if it holds nothing
 * @param stateLost     the state machine is known to have lost what it held, so the log may begin after {@code applied}
 *                      (I3)
 * @param reset         not null: an installed snapshot asks for a log that begins behind this, unless it holds it (C6)
 * @param createAllowed whether a log may be created where there is none; false once a node has taken part in a cluster
 *                      (I3)
 * @param saltSource    asked once, when a log is created: any number that clients cannot guess (L1); a simulation gives
 *                      a seeded one
 */
public record LogOptions(int groupId, int segmentBytes, long cacheBytes, int batchBytesMax, LogStart initial,
    LogId applied, boolean stateLost, @Nullable LogStart reset, boolean createAllowed, LongSupplier saltSource) {
  private static final int SEGMENT_BYTES = 64 << 20;
  /** Some tenths of a second at full load: who is further behind reads files. Each collection of the heap copies all of it. */
  private static final long CACHE_BYTES = 8L << 20;
  private static final int BATCH_BYTES_MAX = 8 << 20;

  public LogOptions {
    if (groupId < 0 || segmentBytes < FrameFormat.PAGE_BYTES || segmentBytes % FrameFormat.PAGE_BYTES != 0
        || cacheBytes < 0 || batchBytesMax < 1) {
      throw new IllegalArgumentException("not options of a log: group " + groupId + ", segments of " + segmentBytes
          + " bytes (a multiple of " + FrameFormat.PAGE_BYTES + "), cache of " + cacheBytes + " bytes, batches of "
          + batchBytesMax + " bytes");
    }
  }

  /** The defaults: group 0, 64 MiB segments, nothing applied, no creation. */
  public static LogOptions of(LongSupplier saltSource) {
    return new LogOptions(0, SEGMENT_BYTES, CACHE_BYTES, BATCH_BYTES_MAX, LogStart.initial(Configuration.EMPTY),
        LogId.ZERO, false, null, false, saltSource);
  }

  public LogOptions withGroupId(int value) {
    return new LogOptions(value, segmentBytes, cacheBytes, batchBytesMax, initial, applied, stateLost, reset,
        createAllowed, saltSource);
  }

  public LogOptions withSegmentBytes(int value) {
    return new LogOptions(groupId, value, cacheBytes, batchBytesMax, initial, applied, stateLost, reset, createAllowed,
        saltSource);
  }

  public LogOptions withCacheBytes(long value) {
    return new LogOptions(groupId, segmentBytes, value, batchBytesMax, initial, applied, stateLost, reset,
        createAllowed, saltSource);
  }

  public LogOptions withBatchBytesMax(int value) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, value, initial, applied, stateLost, reset, createAllowed,
        saltSource);
  }

  /** Allows that a log is created, with this configuration. */
  public LogOptions creating(Configuration configuration) {
    return creating(LogStart.initial(configuration));
  }

  /**
   * Allows that a log is created behind an entry that only a restored state holds: no node with an empty state can
   * replay such a log from nothing (E4).
   */
  public LogOptions creating(LogStart base) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, batchBytesMax, base, applied, stateLost, reset, true,
        saltSource);
  }

  public LogOptions withApplied(LogId value) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, batchBytesMax, initial, value, stateLost, reset,
        createAllowed, saltSource);
  }

  /** The state was missing or corrupt and begins anew: the leader sends a snapshot if the log begins too late (I3). */
  public LogOptions withLostState() {
    return new LogOptions(groupId, segmentBytes, cacheBytes, batchBytesMax, initial, applied, true, reset,
        createAllowed, saltSource);
  }

  /** The pointer to the state says that the log is to be reset to what the installed snapshot ends with (C6). */
  public LogOptions withReset(LogStart base) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, batchBytesMax, initial, applied, stateLost, base,
        createAllowed, saltSource);
  }
}
