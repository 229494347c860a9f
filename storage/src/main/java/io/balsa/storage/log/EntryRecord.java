package io.balsa.storage.log;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The header of an entry's record, see {@link FrameFormat}.
 */
record EntryRecord(EntryType type, int groupId, long term, long index, long stampNanos, int payloadBytes) {

  static boolean isTruncation(ByteBuffer bytes, int at) {
    checkVersion(bytes, at);
    return bytes.get(at + 5) == FrameFormat.TRUNCATE;
  }

  static long truncatedFrom(ByteBuffer bytes, int at) {
    return bytes.getLong(at + 18);
  }

  /** @throws IllegalArgumentException if no version of Balsa writes this, or a newer one */
  static EntryRecord decode(ByteBuffer bytes, int at) {
    checkVersion(bytes, at);
    int payloadBytes = bytes.getInt(at + 34);
    if (payloadBytes < 0 || payloadBytes > bytes.limit() - at - FrameFormat.RECORD_HEADER_BYTES) {
      throw new IllegalArgumentException("a record has a payload of " + payloadBytes + " bytes");
    }
    return new EntryRecord(EntryType.ofCode(bytes.get(at + 5)), bytes.getInt(at + 6), bytes.getLong(at + 10),
        bytes.getLong(at + 18), bytes.getLong(at + 26), payloadBytes);
  }

  /** Whether the record at {@code at}, with {@code payloadBytes} of payload, is what was written. */
  static boolean isIntact(byte[] bytes, int at, int payloadBytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at + FrameFormat.RECORD_VERSION_AT,
        FrameFormat.RECORD_HEADER_BYTES - FrameFormat.RECORD_VERSION_AT + payloadBytes);
    return (int) crc.getValue() == ByteBuffer.wrap(bytes).getInt(at);
  }

  /** The entry, its payload copied out of {@code bytes}. */
  Entry entry(ByteBuffer bytes, int at) {
    byte[] payload = new byte[payloadBytes];
    bytes.get(at + FrameFormat.RECORD_HEADER_BYTES, payload);
    return new Entry(type, term, index, stampNanos, Bytes.wrap(payload));
  }

  private static void checkVersion(ByteBuffer bytes, int at) {
    if (at < 0 || at > bytes.limit() - FrameFormat.RECORD_HEADER_BYTES) {
      throw new IllegalArgumentException("a record runs beyond its frame");
    }
    byte version = bytes.get(at + FrameFormat.RECORD_VERSION_AT);
    if (version != FrameFormat.RECORD_VERSION) {
      throw new IllegalArgumentException("a record of format version " + version + ", this program knows only "
          + FrameFormat.RECORD_VERSION);
    }
  }
}
