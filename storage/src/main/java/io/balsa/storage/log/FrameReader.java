package io.balsa.storage.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads frames of one segment file and says which are valid as a whole (L1). For recovery; not thread-safe. */
final class FrameReader {
  private static final int SCAN_BYTES = 1 << 20;

  private final DiskFile file;
  private final String where;
  private final long segment;
  private final long size;
  private boolean saltKnown;
  private long salt;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer buffer = ByteBuffer.allocate(16 << 10);

  /** @param where the file, for people */
  FrameReader(DiskFile file, String where, long segment) throws IOException {
    this.file = file;
    this.where = where;
    this.segment = segment;
    this.size = file.size();
  }

  /**
   * From now on only frames with this salt are valid. Before, the salt is not known and any will do; so it is at the
   * begin of the file, where no payload can be taken for a frame: one with another salt there is a frame of another
   * log.
   */
  FrameReader expectSalt(long value) {
    saltKnown = true;
    salt = value;
    return this;
  }

  /** The frame that begins at {@code offset}, or null if there is none that is valid as a whole. */
  @Nullable
  Frame read(long offset) throws IOException {
    if (size - offset < FrameFormat.PAGE_BYTES || !fill(offset, FrameFormat.PAGE_BYTES)
        || buffer.getInt(0) != FrameFormat.MAGIC) {
      return null;
    }
    int length = buffer.getInt(FrameFormat.LENGTH_AT);
    if (length < FrameFormat.HEADER_BYTES || FrameFormat.padded(length) > size - offset) {
      return null;
    }
    // The cheap tests first: a length that rot has made huge is not worth reading.
    if (buffer.getLong(FrameFormat.SEGMENT_AT) != segment || buffer.getLong(FrameFormat.OFFSET_AT) != offset
        || (saltKnown && offset > 0 && buffer.getLong(FrameFormat.SALT_AT) != salt)) {
      return null;
    }
    int padded = Math.toIntExact(FrameFormat.padded(length));
    if (!fill(offset, padded)) {
      return null;
    }
    crc.reset();
    crc.update(buffer.array(), FrameFormat.LENGTH_AT, padded - FrameFormat.LENGTH_AT);
    if ((int) crc.getValue() != buffer.getInt(FrameFormat.CRC_AT)) {
      return null;
    }
    byte version = buffer.get(FrameFormat.VERSION_AT);
    if (version != FrameFormat.VERSION) {
      // Whole, by its checksum: nothing is lost, and nothing may be replaced because of it.
      throw new IOException(where + " offset " + offset + " holds a frame of format version " + version
          + ", and this program knows only " + FrameFormat.VERSION
          + ": a newer one wrote it. Start the node with that version again");
    }
    return new Frame(segment, offset, buffer);
  }

  /** Whether the file begins with a valid frame that resets the log (C6). */
  boolean opensWithReset() throws IOException {
    if (size < FrameFormat.PAGE_BYTES || !fill(0, FrameFormat.HEADER_BYTES)
        || buffer.getInt(0) != FrameFormat.MAGIC || (buffer.get(FrameFormat.FLAGS_AT) & FrameFormat.RESETS_LOG) == 0) {
      return false;
    }
    Frame first = read(0);
    return first != null && first.resetsLog();
  }

  /** The first valid frame that begins at a page at or after {@code offset}, or null. */
  @Nullable
  Frame findFrom(long offset) throws IOException {
    ByteBuffer chunk = chunk(offset);
    for (long at = offset; at < size; at += SCAN_BYTES) {
      int count = file.read(at, chunk.clear());
      for (int page = 0; page + Integer.BYTES <= count; page += FrameFormat.PAGE_BYTES) {
        if (chunk.getInt(page) == FrameFormat.MAGIC) {
          Frame frame = read(at + page);
          if (frame != null) {
            return frame;
          }
        }
      }
    }
    return null;
  }

  /** The first byte at or after {@code offset} that is not zero, or -1. */
  long findNonZero(long offset) throws IOException {
    ByteBuffer chunk = chunk(offset);
    ByteBuffer zeros = ByteBuffer.allocate(chunk.capacity());
    for (long at = offset; at < size; at += SCAN_BYTES) {
      int count = file.read(at, chunk.clear());
      // In bulk: most of what is read of a segment is only looked at here.
      int different = chunk.flip().mismatch(zeros.clear().limit(count));
      if (different >= 0) {
        return at + different;
      }
    }
    return -1;
  }

  private ByteBuffer chunk(long offset) {
    return ByteBuffer.allocate((int) Math.max(0, Math.min(SCAN_BYTES, size - offset)));
  }

  private boolean fill(long offset, int bytes) throws IOException {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes);
    }
    buffer.clear().limit(bytes);
    boolean whole = file.read(offset, buffer) == bytes;
    buffer.position(0);
    return whole;
  }
}
