package io.balsa.storage.log;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.LogId;

/**
 * What stands before the first entry of a segment (L4), written as part of its first frame: it makes every segment fit
 * to be the first one of a compacted log.
 *
 * @param logSalt       the salt of the log, see {@link FrameFormat#segmentSalt}
 * @param before        the last entry before this segment's first batch
 * @param stampNanos    the stamp of that entry
 * @param configuration the configuration up to that entry, encoded
 */
record SegmentHeader(long logSalt, LogId before, long stampNanos, Bytes configuration) {
  int bytes() {
    return FrameFormat.SEGMENT_HEADER_BYTES + configuration.size();
  }
}
