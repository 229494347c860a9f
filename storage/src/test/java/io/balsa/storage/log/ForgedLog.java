package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes frames as a faulty program would: each valid in itself, whatever they say together. */
final class ForgedLog {
  static final long BYTES = 8 * FrameFormat.PAGE_BYTES;

  private final SimDisk disk;
  private int groupId;
  private long salt = Logs.SALT;
  private long segment;
  private long offset;
  private long nextBatch = 1;

  ForgedLog(SimDisk disk) {
    this.disk = disk;
  }

  /** What is written after this belongs to another group. */
  ForgedLog groupId(int value) {
    groupId = value;
    return this;
  }

  /** What is written after this belongs to another log. */
  ForgedLog salt(long value) {
    salt = value;
    return this;
  }

  /** Leaves out this many batch numbers. */
  ForgedLog skipBatches(int count) {
    nextBatch += count;
    return this;
  }

  /** Leaves out a segment number. */
  ForgedLog skipSegment() {
    segment++;
    return this;
  }

  /** A new segment whose header says that {@code before} stands before it. */
  ForgedLog segment(LogId before, HardState hardState, List<Entry> entries) throws IOException {
    segment++;
    offset = 0;
    SpareSegments.fillWithZeros(disk.create(Segment.fileName(segment)), 0, BYTES);
    SegmentHeader header = new SegmentHeader(salt, before, 0, Logs.CONFIGURATION.encode());
    return write(header, batch(hardState, 0, entries));
  }

  /** What is written after this goes on as if so many segments and batches had been there. */
  ForgedLog startBehind(long segments, long batches) {
    segment = segments;
    nextBatch = batches + 1;
    return this;
  }

  /** A new segment that resets the log to begin behind {@code base}. */
  ForgedLog reset(LogId base, HardState hardState, List<Entry> entries) throws IOException {
    segment++;
    offset = 0;
    SpareSegments.fillWithZeros(disk.create(Segment.fileName(segment)), 0, BYTES);
    Batch batch = new Batch(new LogStart(base, 0, Logs.CONFIGURATION));
    batch.add(entries);
    batch.seal(1, hardState, 0);
    return write(new SegmentHeader(salt, base, 0, Logs.CONFIGURATION.encode()), batch);
  }

  /** The next frame. */
  ForgedLog frame(HardState hardState, List<Entry> entries) throws IOException {
    return write(null, batch(hardState, 0, entries));
  }

  /** The next frame, with a truncation before its entries. */
  ForgedLog truncation(HardState hardState, long fromIndex, List<Entry> entries) throws IOException {
    return write(null, batch(hardState, fromIndex, entries));
  }

  static Batch batch(HardState hardState, long truncateFrom, List<Entry> entries) {
    Batch batch = new Batch();
    if (truncateFrom > 0) {
      batch.truncate(truncateFrom);
    }
    batch.add(entries);
    batch.seal(1, hardState, 0);
    return batch;
  }

  private ForgedLog write(@Nullable SegmentHeader header, Batch batch) throws IOException {
    ByteBuffer frame = new FrameEncoder(groupId).encode(segment, FrameFormat.segmentSalt(salt, segment), offset,
        nextBatch, header, List.of(batch));
    int bytes = frame.remaining();
    DiskFile file = disk.open(Segment.fileName(segment));
    file.write(offset, frame);
    file.syncAll();
    disk.sync();
    offset += bytes;
    nextBatch++;
    return this;
  }
}
