package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some entries of one segment, to be read: chosen under the lock of the log and read without it, because what is
 * written does not change (L4). Each record proves itself by its own checksum, so bit rot never leaves this node.
 */
final class Stretch {
  /** Read at once; records of small batches stand a page apart. */
  private static final int SPAN_BYTES = 256 << 10;

  private final String where;
  private final Segment segment;
  private final DiskFile file;
  private final long firstIndex;
  private final long[] positions;

  /**
   * The entries from {@code from}, which the segment holds, to at most {@code to}: at least one, then as many as fit.
   *
   * @param directory for people
   */
  Stretch(String directory, Segment segment, long from, long to, long bytesMax) {
    long last = Math.min(to, segment.endIndex() - 1);
    long end = from;
    long bytes = sizeBytes(segment.positionOf(from));
    while (end < last && bytes + sizeBytes(segment.positionOf(end + 1)) <= bytesMax) {
      end++;
      bytes += sizeBytes(segment.positionOf(end));
    }
    this.positions = new long[Math.toIntExact(end - from + 1)];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = segment.positionOf(from + i);
    }
    this.where = directory + "/" + Segment.fileName(segment.number());
    this.segment = segment;
    this.file = segment.file();
    this.firstIndex = from;
  }

  /** Only this entry. */
  static Stretch of(String directory, Segment segment, long index) {
    return new Stretch(directory, segment, index, index, 0);
  }

  /** It must stay while this is read. */
  Segment segment() {
    return segment;
  }

  /** @throws CorruptLogException if a record is not what was written */
  List<Entry> read() throws IOException {
    List<Entry> entries = new ArrayList<>(positions.length);
    int next = 0;
    while (next < positions.length) {
      int start = Segment.offsetOf(positions[next]);
      int end = next;
      while (end + 1 < positions.length && endOf(positions[end + 1]) - start <= SPAN_BYTES) {
        end++;
      }
      byte[] bytes = new byte[Math.toIntExact(endOf(positions[end]) - start)];
      if (file.read(start, ByteBuffer.wrap(bytes)) < bytes.length) {
        throw new CorruptLogException(where + " offset " + start, "the file ends before an entry that is in it");
      }
      for (; next <= end; next++) {
        entries.add(decode(bytes, Segment.offsetOf(positions[next]) - start, next));
      }
    }
    return entries;
  }

  private Entry decode(byte[] bytes, int at, int which) throws CorruptLogException {
    long position = positions[which];
    long index = firstIndex + which;
    int payloadBytes = Segment.payloadBytesOf(position);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (EntryRecord.isIntact(bytes, at, payloadBytes)) {
      EntryRecord record = EntryRecord.decode(buffer, at);
      if (record.index() == index && record.payloadBytes() == payloadBytes) {
        return record.entry(buffer, at);
      }
    }
    throw new CorruptLogException(where + " offset " + Segment.offsetOf(position),
        "entry " + index + " was written here and cannot be read any more");
  }

  private static long sizeBytes(long position) {
    return (long) Segment.payloadBytesOf(position) + Entry.OVERHEAD_BYTES;
  }

  private static long endOf(long position) {
    return (long) Segment.offsetOf(position) + FrameFormat.RECORD_HEADER_BYTES + Segment.payloadBytesOf(position);
  }
}
