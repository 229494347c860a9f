package io.balsa.storage.log;

import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames, one after the other, each with one positional write and one sync (L1), and goes to the next segment
 * when one is full. Belongs to the log writer.
 */
final class FrameWriter implements Closeable {

  /** Asked at the begin of a segment. */
  interface TailSource {
    Tail tail() throws IOException;
  }

  /** What stands at the end of the log on disk. */
  record Tail(LogId last, long stampNanos) {
  }

  /**
   * Where the next frame goes.
   *
   * @param file null: the next frame opens the first segment
   */
  record Position(@Nullable DiskFile file, long segment, long segmentBytes, long offset, long nextBatch,
      HardState hardState) {
    static final Position START = new Position(null, 0, 0, 0, 1, HardState.INITIAL);
  }

  private final Disk disk;
  private final long logSalt;
  private final FrameEncoder encoder;
  private final SpareSegments spares;
  private final Marker marker;
  private ConfigurationHistory configurations;
  private @Nullable DiskFile file;
  private long segment;
  private long segmentBytes;
  private long offset;
  private long nextBatch;
  private HardState hardState;

  FrameWriter(Disk disk, int groupId, long logSalt, Position position, SpareSegments spares, Marker marker,
      ConfigurationHistory configurations) {
    this.disk = disk;
    this.logSalt = logSalt;
    this.encoder = new FrameEncoder(groupId);
    this.spares = spares;
    this.marker = marker;
    this.configurations = configurations;
    this.file = position.file();
    this.segment = position.segment();
    this.segmentBytes = position.segmentBytes();
    this.offset = position.offset();
    this.nextBatch = position.nextBatch();
    this.hardState = position.hardState();
  }

  /** Whether these batches hold anything that is not on disk already. */
  boolean isNews(List<Batch> batches) {
    for (Batch batch : batches) {
      if (batch.records() > 0 || batch.resetTo() != null) {
        return true;
      }
    }
    return !FrameEncoder.hardState(batches).equals(hardState);
  }

  /**
   * Writes the batches as one frame; durable when this returns. Only the first of them may reset the log.
   *
   * @return the segment that this frame opened, or null if it went to the same as the one before
   */
  @Nullable
  Segment write(List<Batch> batches, TailSource tails) throws IOException {
    DiskFile target = file;
    SegmentHeader header = null;
    Segment opened = null;
    LogStart reset = batches.get(0).resetTo();
    if (target == null || reset != null || offset + FrameEncoder.frameBytes(batches, null) > segmentBytes) {
      if (reset != null) {
        configurations = new ConfigurationHistory(reset.id().index(), reset.configuration().encode());
      }
      Tail tail = reset == null ? tails.tail() : new Tail(reset.id(), reset.stampNanos());
      header = new SegmentHeader(logSalt, tail.last(), tail.stampNanos(), configurations.encoded());
      target = openNext(FrameEncoder.frameBytes(batches, header));
      opened = new Segment(segment, header, disk.open(Segment.fileName(segment)));
    }
    var frame = encoder.encode(segment, FrameFormat.segmentSalt(logSalt, segment), offset, nextBatch, header, batches);
    long end = offset + frame.remaining();
    target.write(offset, frame);
    target.sync();
    marker.write(new Marker.Durable(segment, end, nextBatch));
    offset = end;
    nextBatch++;
    hardState = FrameEncoder.hardState(batches);
    configurations.follow(batches);
    return opened;
  }

  /** Where the entries of the last frame stand, see {@link FrameEncoder#positions}. */
  long[] positions() {
    return encoder.positions();
  }

  private DiskFile openNext(long bytesMin) throws IOException {
    SpareSegments.Spare spare = spares.take(bytesMin);
    DiskFile full = file;
    file = spare.file();
    segment = spare.number();
    segmentBytes = spare.bytes();
    offset = 0;
    if (full != null) {
      full.close();
    }
    return spare.file();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
    marker.close();
  }
}
