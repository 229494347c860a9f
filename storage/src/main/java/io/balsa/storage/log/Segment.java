package io.balsa.storage.log;

import io.balsa.raft.log.LogId;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * One segment file as readers know it: which entries of the log it holds and where. Of all entries ever written to a
 * segment those that are still in the log are always one range, because a truncation takes everything behind it. Eight
 * bytes an entry. Guarded by the lock of the log.
 */
final class Segment implements Closeable {
  private static final String PREFIX = "segment-";

  private final long number;
  private final LogId before;
  private final long stampBeforeNanos;
  private DiskFile file;
  private long firstIndex;
  private int count;
  private long[] positions = new long[16];
  private int readers;

  /**
   * @param header of its first frame: what stands before its first entry
   * @param file   for reading; this segment closes it
   */
  Segment(long number, SegmentHeader header, DiskFile file) {
    this.number = number;
    this.before = header.before();
    this.stampBeforeNanos = header.stampNanos();
    this.firstIndex = before.index() + 1;
    this.file = file;
  }

  static String fileName(long number) {
    return String.format(Locale.ROOT, "%s%012d", PREFIX, number);
  }

  /** The number in a segment's file name, or -1 for the name of anything else. */
  static long numberOf(String fileName) {
    if (!fileName.matches(PREFIX + "\\d{12}")) {
      return -1;
    }
    return Long.parseLong(fileName.substring(PREFIX.length()));
  }

  /** Where a record begins and how long its payload is, in one number. */
  static long position(long offset, int payloadBytes) {
    return Math.toIntExact(offset) * (1L << 32) | payloadBytes;
  }

  static int offsetOf(long position) {
    return (int) (position >>> 32);
  }

  static int payloadBytesOf(long position) {
    return (int) position;
  }

  long number() {
    return number;
  }

  LogId before() {
    return before;
  }

  long stampBeforeNanos() {
    return stampBeforeNanos;
  }

  /**
   * Whether a log may begin with it: what its header says stands before it is still what stands there. After a
   * truncation that reached back beyond its begin the header tells of an entry that is gone.
   */
  boolean canBeFirst() {
    return firstIndex == before.index() + 1;
  }

  /** Somebody reads its file, which must stay until {@link #released}. */
  void acquired() {
    readers++;
  }

  void released() {
    readers--;
  }

  boolean isRead() {
    return readers > 0;
  }

  DiskFile file() {
    return file;
  }

  /** Recovery has put another file in the place of the old one. */
  void reopen(DiskFile replacement) throws IOException {
    file.close();
    file = replacement;
  }

  long firstIndex() {
    return firstIndex;
  }

  /** One after its last entry. */
  long endIndex() {
    return firstIndex + count;
  }

  long positionOf(long index) {
    return positions[Math.toIntExact(index - firstIndex)];
  }

  /** From the first of its entries after this index to the end of its last one; 0: it has none. */
  long bytesAfter(long index) {
    if (count == 0 || endIndex() - 1 <= index) {
      return 0;
    }
    long last = positions[count - 1];
    return offsetOf(last) + (long) payloadBytesOf(last) - offsetOf(positionOf(Math.max(firstIndex, index + 1)));
  }

  void add(long position) {
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, count * 2);
    }
    positions[count++] = position;
  }

  void truncateFrom(long index) {
    if (index <= firstIndex) {
      firstIndex = index;
      count = 0;
    } else {
      count = (int) Math.min(count, index - firstIndex);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
