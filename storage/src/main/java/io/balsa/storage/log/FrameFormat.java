package io.balsa.storage.log;

/**
 * The bytes of a batch frame, version 1 (L1), big-endian. A golden file among the tests holds such bytes for ever.
 *
 * <pre>
 * frame, at a multiple of 4 KiB, filled up with zeros to the next one
 *    0  int    magic "BALF"
 *    4  int    CRC32C of everything from 8 to the end of the last page
 *    8  int    length in bytes, this header included, the filling not
 *   12  byte   format version
 *   13  byte   flags: 1 = opens a segment; 2 = and resets the log: what earlier segments hold is in it no more
 *   14  short  length of the vote, 0: none
 *   16  long   salt of the segment
 *   24  long   number of the segment
 *   32  long   offset of the frame in its file
 *   40  long   number of the batch: 1, 2, 3, ... through all segments
 *   48  long   hard state: term
 *   56  int    how many records
 *   60  int    group id
 *   64         hard state: vote (ASCII)
 *              if it opens a segment: the segment header
 *                long salt of the log, long term, long index, long stamp (before the first
 *                entry), int length, configuration
 *              records
 *
 * record
 *    0  int    CRC32C of the rest of the record, so that one entry can be read and trusted alone
 *    4  byte   format version
 *    5  byte   type: that of the entry, or 127: TRUNCATE, the log loses {@code index} and all after it
 *    6  int    group id
 *   10  long   term      (TRUNCATE: 0)
 *   18  long   index
 *   26  long   stamp     (TRUNCATE: 0)
 *   34  int    length of the payload
 *   38         payload
 * </pre>
 */
final class FrameFormat {
  static final int PAGE_BYTES = 4096;

  static final int MAGIC = 0x42414c46;
  static final byte VERSION = 1;
  static final byte OPENS_SEGMENT = 1;
  static final byte RESETS_LOG = 2;

  static final int CRC_AT = 4;
  static final int LENGTH_AT = 8;
  static final int VERSION_AT = 12;
  static final int FLAGS_AT = 13;
  static final int VOTE_LENGTH_AT = 14;
  static final int SALT_AT = 16;
  static final int SEGMENT_AT = 24;
  static final int OFFSET_AT = 32;
  static final int BATCH_AT = 40;
  static final int TERM_AT = 48;
  static final int RECORDS_AT = 56;
  static final int GROUP_AT = 60;
  static final int HEADER_BYTES = 64;

  static final int SEGMENT_HEADER_BYTES = 36;

  static final int RECORD_HEADER_BYTES = 38;
  static final int RECORD_VERSION_AT = 4;
  static final byte RECORD_VERSION = 1;
  static final byte TRUNCATE = 127;

  private FrameFormat() {
  }

  /** The next multiple of a page. */
  static long padded(long bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  /**
   * The salt of a segment. It follows from the log's, so that recovery knows the salt of a segment whose first frame is
   * torn: a payload that imitates a frame is then no evidence there either (L2).
   */
  static long segmentSalt(long logSalt, long segment) {
    // The finaliser of SplitMix64.
    long z = logSalt + segment * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
