package io.balsa.storage.log;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.LogId;
import java.util.function.LongSupplier;

/**
 * How a {@link SegmentedLog} is opened. Start from {@link #of}.
 *
 * @param groupId              the Raft group; it stands in every frame and entry
 * @param segmentBytes         the size of a segment, a multiple of 4 KiB; a batch that is larger gets a larger one
 * @param cacheBytes           how many bytes of recent entries are kept in memory; entries that are not written yet are
 *                             kept whatever this says
 * @param batchBytesMax        syncs are put together into one frame up to about this size; one sync is never divided
 * @param initialConfiguration what a new log begins with
 * @param applied              the last entry that the state machine's disk holds: a log that ends before it, or begins
 *                             after it, is corrupt (L2); ZERO if it holds nothing
 * @param createAllowed        whether a log may be created where there is none; false once a node has taken part in a
 *                             cluster (I3)
 * @param saltSource           asked once, when a log is created: any number that clients cannot guess (L1); a
 *                             simulation gives a seeded one
 */
public record LogOptions(int groupId, int segmentBytes, long cacheBytes, int batchBytesMax,
    Configuration initialConfiguration, LogId applied, boolean createAllowed, LongSupplier saltSource) {
  private static final int SEGMENT_BYTES = 64 << 20;
  private static final long CACHE_BYTES = 32L << 20;
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
    return new LogOptions(0, SEGMENT_BYTES, CACHE_BYTES, BATCH_BYTES_MAX, Configuration.EMPTY, LogId.ZERO, false,
        saltSource);
  }

  public LogOptions withGroupId(int value) {
    return new LogOptions(value, segmentBytes, cacheBytes, batchBytesMax, initialConfiguration, applied, createAllowed,
        saltSource);
  }

  public LogOptions withSegmentBytes(int value) {
    return new LogOptions(groupId, value, cacheBytes, batchBytesMax, initialConfiguration, applied, createAllowed,
        saltSource);
  }

  public LogOptions withCacheBytes(long value) {
    return new LogOptions(groupId, segmentBytes, value, batchBytesMax, initialConfiguration, applied, createAllowed,
        saltSource);
  }

  public LogOptions withBatchBytesMax(int value) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, value, initialConfiguration, applied, createAllowed,
        saltSource);
  }

  /** Allows that a log is created, with this configuration. */
  public LogOptions creating(Configuration initial) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, batchBytesMax, initial, applied, true, saltSource);
  }

  public LogOptions withApplied(LogId value) {
    return new LogOptions(groupId, segmentBytes, cacheBytes, batchBytesMax, initialConfiguration, value, createAllowed,
        saltSource);
  }
}
