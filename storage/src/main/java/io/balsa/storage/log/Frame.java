package io.balsa.storage.log;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A frame as it was read, its checksum proven. Its parts are decoded when asked for; bytes that no version of Balsa
 * writes are an {@link IllegalArgumentException}.
 *
 * @param offset in its file
 * @param bytes  the whole frame, filling included, from 0 to the limit; used again by the reader for the next frame
 */
record Frame(long segment, long offset, ByteBuffer bytes) {

  /** What a frame does to the log, with the place of each entry. */
  interface RecordVisitor {
    void truncate(long fromIndex) throws CorruptLogException;

    /**
     * @param position see {@link Segment#position}
     * @param bytes    where its record stands, at {@code at}
     */
    void entry(EntryRecord entry, long position, ByteBuffer bytes, int at) throws CorruptLogException;
  }

  int paddedBytes() {
    return bytes.limit();
  }

  long salt() {
    return bytes.getLong(FrameFormat.SALT_AT);
  }

  long batchNumber() {
    return bytes.getLong(FrameFormat.BATCH_AT);
  }

  int groupId() {
    return bytes.getInt(FrameFormat.GROUP_AT);
  }

  HardState hardState() {
    int length = bytes.getShort(FrameFormat.VOTE_LENGTH_AT);
    byte[] vote = new byte[length];
    bytes.get(FrameFormat.HEADER_BYTES, vote);
    NodeId votedFor = length == 0 ? null : new NodeId(new String(vote, StandardCharsets.US_ASCII));
    return new HardState(bytes.getLong(FrameFormat.TERM_AT), votedFor);
  }

  /** The segment header, or null if this frame does not open a segment. */
  @Nullable
  SegmentHeader segmentHeader() {
    if (!opensSegment()) {
      return null;
    }
    int at = headerEnd();
    byte[] configuration = new byte[bytes.getInt(at + 32)];
    bytes.get(at + FrameFormat.SEGMENT_HEADER_BYTES, configuration);
    LogId before = new LogId(bytes.getLong(at + 8), bytes.getLong(at + 16));
    return new SegmentHeader(bytes.getLong(at), before, bytes.getLong(at + 24), Bytes.wrap(configuration));
  }

  void visit(RecordVisitor visitor) throws CorruptLogException {
    int end = bytes.getInt(FrameFormat.LENGTH_AT);
    int at = headerEnd();
    if (opensSegment()) {
      at += FrameFormat.SEGMENT_HEADER_BYTES + bytes.getInt(at + 32);
    }
    int records = bytes.getInt(FrameFormat.RECORDS_AT);
    for (int i = 0; i < records; i++) {
      if (EntryRecord.isTruncation(bytes, at)) {
        visitor.truncate(EntryRecord.truncatedFrom(bytes, at));
        at += FrameFormat.RECORD_HEADER_BYTES;
      } else {
        EntryRecord entry = EntryRecord.decode(bytes, at);
        visitor.entry(entry, Segment.position(offset + at, entry.payloadBytes()), bytes, at);
        at += FrameFormat.RECORD_HEADER_BYTES + entry.payloadBytes();
      }
    }
    if (at != end) {
      throw new IllegalArgumentException("its records end at " + at + ", not at its length " + end);
    }
  }

  /** Whether it opens a segment and what stands in earlier segments is in the log no more (C6). */
  boolean resetsLog() {
    return opensSegment() && (bytes.get(FrameFormat.FLAGS_AT) & FrameFormat.RESETS_LOG) != 0;
  }

  private boolean opensSegment() {
    return (bytes.get(FrameFormat.FLAGS_AT) & FrameFormat.OPENS_SEGMENT) != 0;
  }

  private int headerEnd() {
    return FrameFormat.HEADER_BYTES + bytes.getShort(FrameFormat.VOTE_LENGTH_AT);
  }
}
