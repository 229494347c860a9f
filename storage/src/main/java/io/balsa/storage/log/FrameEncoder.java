package io.balsa.storage.log;

import static io.balsa.storage.log.FrameFormat.CRC_AT;
import static io.balsa.storage.log.FrameFormat.HEADER_BYTES;
import static io.balsa.storage.log.FrameFormat.LENGTH_AT;
import static io.balsa.storage.log.FrameFormat.RECORD_HEADER_BYTES;
import static io.balsa.storage.log.FrameFormat.RECORD_VERSION_AT;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches into one frame (L1), in one direct buffer that is used again and again. Belongs to the log writer.
 */
final class FrameEncoder implements Batch.Visitor {
  private static final int BUFFER_BYTES = 64 << 10;
  /** A larger buffer than this serves one frame and is given back. */
  private static final int BUFFER_KEPT_BYTES = 32 << 20;

  private static final byte[] ZEROS = new byte[FrameFormat.PAGE_BYTES];

  private final int groupId;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long frameOffset;
  private long[] positions = new long[256];
  private int entries;

  FrameEncoder(int groupId) {
    this.groupId = groupId;
  }

  /** What the frame takes in its file: whole pages. */
  static long frameBytes(List<Batch> batches, @Nullable SegmentHeader header) {
    return FrameFormat.padded(length(batches, header));
  }

  private static long length(List<Batch> batches, @Nullable SegmentHeader header) {
    long length = (long) HEADER_BYTES + vote(hardState(batches)).length + (header == null ? 0 : header.bytes());
    for (Batch batch : batches) {
      length += batch.recordBytes();
    }
    return length;
  }

  /** The hard state that a frame of these batches carries: the newest. */
  static HardState hardState(List<Batch> batches) {
    return batches.get(batches.size() - 1).hardState();
  }

  /**
   * The frame, ready to be written; valid until the next call. After it {@link #positions} tells where the entries
   * stand.
   */
  ByteBuffer encode(long segment, long salt, long offset, long batchNumber, @Nullable SegmentHeader header,
      List<Batch> batches) {
    long length = length(batches, header);
    int padded = Math.toIntExact(FrameFormat.padded(length));
    reserve(padded);
    frameOffset = offset;
    entries = 0;

    HardState hardState = hardState(batches);
    byte[] vote = vote(hardState);
    int records = 0;
    for (Batch batch : batches) {
      records += batch.records();
    }
    buffer.putInt(FrameFormat.MAGIC).putInt(0).putInt((int) length);
    buffer.put(FrameFormat.VERSION).put(flags(header, batches)).putShort((short) vote.length);
    buffer.putLong(salt).putLong(segment).putLong(offset).putLong(batchNumber).putLong(hardState.term());
    buffer.putInt(records).putInt(groupId).put(vote);
    if (header != null) {
      buffer.putLong(header.logSalt()).putLong(header.before().term()).putLong(header.before().index());
      buffer.putLong(header.stampNanos()).putInt(header.configuration().size()).put(header.configuration().array());
    }
    for (Batch batch : batches) {
      batch.visit(this);
    }
    if (buffer.position() != length) {
      throw new IllegalStateException("a frame of " + length + " bytes came out with " + buffer.position());
    }
    buffer.put(ZEROS, 0, buffer.remaining()); // less than a page
    buffer.putInt(CRC_AT, checksum(LENGTH_AT, padded));
    return buffer.position(0).limit(padded);
  }

  private static byte flags(@Nullable SegmentHeader header, List<Batch> batches) {
    boolean resets = batches.get(0).resetTo() != null;
    if (resets && header == null) {
      throw new IllegalStateException("a reset of the log begins a segment");
    }
    int flags = (header == null ? 0 : FrameFormat.OPENS_SEGMENT) | (resets ? FrameFormat.RESETS_LOG : 0);
    return (byte) flags;
  }

  @Override
  public void truncate(long fromIndex) {
    record(FrameFormat.TRUNCATE, 0, fromIndex, 0, new byte[0]);
  }

  @Override
  public void entry(Entry entry) {
    if (entries == positions.length) {
      positions = Arrays.copyOf(positions, entries * 2);
    }
    positions[entries++] = Segment.position(frameOffset + buffer.position(), entry.payload().size());
    record(entry.type().code(), entry.term(), entry.index(), entry.stampNanos(), entry.payload().array());
  }

  private void record(byte type, long term, long index, long stamp, byte[] payload) {
    int start = buffer.position();
    buffer.putInt(0).put(FrameFormat.RECORD_VERSION).put(type).putInt(groupId);
    buffer.putLong(term).putLong(index).putLong(stamp).putInt(payload.length).put(payload);
    buffer.putInt(start, checksum(start + RECORD_VERSION_AT, start + RECORD_HEADER_BYTES + payload.length));
  }

  /** Leaves position and limit as they were. */
  private int checksum(int from, int to) {
    int position = buffer.position();
    int limit = buffer.limit();
    crc.reset();
    crc.update(buffer.limit(to).position(from));
    buffer.limit(limit).position(position);
    return (int) crc.getValue();
  }

  /** Where the entries of the last frame stand, in their order: {@link Segment#position}. Only the first are meant. */
  long[] positions() {
    return positions;
  }

  private void reserve(int bytes) {
    boolean tooSmall = buffer.capacity() < bytes;
    boolean tooLarge = buffer.capacity() > BUFFER_KEPT_BYTES && bytes <= BUFFER_KEPT_BYTES;
    if (tooSmall || tooLarge) {
      int capacity = Math.max(BUFFER_BYTES, Integer.highestOneBit(Math.max(1, bytes - 1)) << 1);
      buffer = ByteBuffer.allocateDirect(capacity < 0 ? bytes : capacity);
    }
    buffer.clear().limit(bytes);
  }

  private static byte[] vote(HardState hardState) {
    return hardState.votedFor() == null
        ? new byte[0]
        : hardState.votedFor().value().getBytes(StandardCharsets.US_ASCII);
  }
}
