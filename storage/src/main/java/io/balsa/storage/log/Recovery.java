package io.balsa.storage.log;

import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.RecoveredLog;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log: scans it ({@link LogScan}), compares it with what is known to have been durable (L2), and makes durable
 * what it found before anybody may rely on it (L3). Creates it where there is none and that is allowed.
 *
 * <p>It may be cut off at any point and run again: until the directory is synced the old files hold all that was
 * acknowledged, and afterwards the new ones do. Files that are no part of the log go last.
 *
 * <p>Where an installed snapshot asks for it, it also resets the log, in the same steps as the running log does (C6).
 */
final class Recovery {
  /** The copy of the last segment before it takes that segment's place. */
  static final String COPY = "recovered-segment";

  /** All that an open log consists of. */
  record OpenedLog(RecoveredLog recovered, SegmentIndex segments, SpareSegments spares, FrameWriter writer) {
  }

  private final Disk disk;
  private final LogOptions options;
  /** Closed if the recovery fails. */
  private final List<Closeable> opened = new ArrayList<>();

  private Recovery(Disk disk, LogOptions options) {
    this.disk = disk;
    this.options = options;
  }

  /**
   * @throws CorruptLogException if no crash can have left this behind
   * @throws LostLogException    if there is nothing, and it may not be created
   */
  static OpenedLog open(Disk disk, LogOptions options) throws IOException {
    Recovery recovery = new Recovery(disk, options);
    try {
      return recovery.open();
    } catch (IOException | RuntimeException e) {
      for (Closeable closeable : recovery.opened) {
        LogScan.closeAfter(e, closeable);
      }
      throw e;
    }
  }

  private OpenedLog open() throws IOException {
    LogScan scan = LogScan.run(disk, options.groupId());
    Replay replay = scan.replay();
    Marker.Durable durable = readMarker();
    if (replay == null) {
      return create(scan, durable);
    }
    opened.add(replay.segments());
    checkEndsAfter(durable, scan, replay);
    LogStart reset = missingSnapshot(replay);
    if (reset == null) {
      checkHolds(options.applied(), replay);
    }

    deleteIfThere(SpareSegments.UNFINISHED);
    deleteIfThere(COPY);
    SpareSegments spares = track(new SpareSegments(disk, options.segmentBytes(), scan.lastSegment() + 1));
    long segmentBytes = Math.max(options.segmentBytes(), scan.endOffset());
    DiskFile file = track(copyLastSegment(scan, replay, segmentBytes));
    keepOrDelete(scan, spares);
    Marker marker = track(Marker.open(disk));
    disk.sync();
    for (long number : scan.superseded()) {
      deleteSegment(number);
    }
    replay.segments().last().reopen(disk.open(Segment.fileName(scan.lastSegment())));
    marker.write(new Marker.Durable(scan.lastSegment(), scan.endOffset(), replay.lastBatch()));
    marker.sync();

    var position = new FrameWriter.Position(file, scan.lastSegment(), segmentBytes, scan.endOffset(),
        replay.lastBatch() + 1, replay.hardState());
    FrameWriter writer = new FrameWriter(disk, options.groupId(), replay.logSalt(), position, spares, marker,
        replay.configurations());
    if (reset != null) {
      return reset(reset, replay, writer, spares);
    }
    RecoveredLog recovered = new RecoveredLog(replay.hardState(), replay.index(), lastStamp(replay),
        replay.configurations().inOrder());
    return new OpenedLog(recovered, replay.segments(), spares, writer);
  }

  /**
   * C6: what the log is to be reset to because it lacks it, or null. A log that holds it is never reset, whatever stands
   * after it.
   */
  private @Nullable LogStart missingSnapshot(Replay replay) throws CorruptLogException {
    LogStart reset = options.reset();
    if (reset == null || replay.index().matches(reset.id())) {
      return null;
    }
    if (!options.applied().equals(reset.id())) {
      throw new CorruptLogException(disk.toString(), "the log ends with entry " + replay.index().last()
          + " and is to be reset to a snapshot up to entry " + reset.id()
          + ", but the state machine has applied entry " + options.applied());
    }
    return reset;
  }

  /**
   * C6: the new segment is durable before any old one goes. A term that was only in memory when the snapshot came is
   * entered again, without a vote.
   */
  private OpenedLog reset(LogStart base, Replay replay, FrameWriter writer, SpareSegments spares) throws IOException {
    HardState found = replay.hardState();
    HardState hardState = found.term() < base.id().term() ? new HardState(base.id().term(), null) : found;
    Batch batch = new Batch(base);
    batch.seal(0, hardState, base.id().index());
    Segment first = writer.write(List.of(batch), () -> new FrameWriter.Tail(base.id(), base.stampNanos()));
    SegmentIndex segments = track(new SegmentIndex(base.id(), base.stampNanos()));
    segments.add(Objects.requireNonNull(first));
    replay.segments().close();
    for (Segment old : replay.segments().segments()) {
      deleteSegment(old.number());
    }
    RecoveredLog recovered = new RecoveredLog(hardState, new LogIndex(base.id()), base.stampNanos(),
        base.configuration());
    return new OpenedLog(recovered, segments, spares, writer);
  }

  /** Durable before the next one: a power cut never leaves a hole between segments. */
  private void deleteSegment(long number) throws IOException {
    disk.delete(Segment.fileName(number));
    disk.sync();
  }

  private Marker.@Nullable Durable readMarker() throws IOException {
    if (!disk.list().contains(Marker.FILE)) {
      return null;
    }
    try (Marker marker = Marker.open(disk)) {
      return marker.read();
    }
  }

  /** L2: the marker only ever names a batch that was durable. */
  private void checkEndsAfter(Marker.@Nullable Durable durable, LogScan scan, Replay replay)
      throws CorruptLogException {
    if (durable != null && durable.batch() > replay.lastBatch()) {
      throw new CorruptLogException(disk + "/" + Segment.fileName(scan.lastSegment()) + " offset " + scan.endOffset(),
          "the log ends with batch " + replay.lastBatch() + ", but batch " + durable.batch()
              + " had been durable, up to "
              + Segment.fileName(durable.segment()) + " offset " + durable.endOffset() + ", as the marker proves");
    }
  }

  /** L2: only what was committed, and durable here, is ever applied. */
  private void checkHolds(LogId applied, Replay replay) throws CorruptLogException {
    LogIndex index = replay.index();
    if (applied.index() > index.lastIndex()) {
      throw new CorruptLogException(disk.toString(), "the log ends with entry " + index.last()
          + ", but the state machine has applied entry " + applied);
    }
    if (applied.index() < index.base().index() && options.stateLost()) {
      return;
    }
    if (applied.index() < index.base().index()) {
      throw new CorruptLogException(disk.toString(), "the log begins after entry " + index.base()
          + ", but the state machine has applied only entry " + applied);
    }
    if (!index.matches(applied)) {
      throw new CorruptLogException(disk.toString(), "the log holds entry " + index.termAt(applied.index()) + "/"
          + applied.index() + ", but the state machine has applied entry " + applied);
    }
  }

  /**
   * L3: what was read may be in the page cache only. The valid batches of the last segment are written again, to a file
   * that is synced and then takes the segment's name; zeros follow them, so the torn batch is gone (L2). Earlier
   * segments are durable: a batch was written after theirs.
   *
   * @return the new file, for writing
   */
  private DiskFile copyLastSegment(LogScan scan, Replay replay, long segmentBytes) throws IOException {
    String name = Segment.fileName(scan.lastSegment());
    FrameReader reader = new FrameReader(replay.segments().last().file(), disk + "/" + name, scan.lastSegment());
    reader.expectSalt(FrameFormat.segmentSalt(replay.logSalt(), scan.lastSegment()));
    DiskFile copy = disk.create(COPY);
    try {
      long offset = 0;
      while (offset < scan.endOffset()) {
        // Read and checked once more: the bytes written are the bytes whose checksum was right.
        Frame frame = reader.read(offset);
        if (frame == null) {
          throw new CorruptLogException(disk + "/" + name + " offset " + offset,
              "this batch was valid a moment ago and cannot be read now");
        }
        copy.write(offset, frame.bytes().duplicate().position(0));
        offset += frame.paddedBytes();
      }
      SpareSegments.fillWithZeros(copy, offset, segmentBytes);
      copy.syncAll();
      disk.rename(COPY, name);
      return copy;
    } catch (IOException | RuntimeException e) {
      LogScan.closeAfter(e, copy);
      throw e;
    }
  }

  /**
   * Behind the last segment one file of zeros is a spare; anything else is a torn first batch, or of no use. A spare
   * whose size is not that of a segment is not used either: it had begun to grow for a large batch, and nothing says
   * that its size is durable (L3).
   */
  private void keepOrDelete(LogScan scan, SpareSegments spares) throws IOException {
    // The newest first, each durably: a later one must not stay behind a hole.
    for (int i = scan.trailing().size() - 1; i >= 0; i--) {
      LogScan.Trailing file = scan.trailing().get(i);
      String name = Segment.fileName(file.number());
      boolean spare = file.number() == scan.lastSegment() + 1 && file.zero() && file.bytes() == options.segmentBytes();
      if (spare) {
        DiskFile adopted = disk.open(name);
        spares.adopt(adopted, file.bytes());
        adopted.syncAll();
      } else {
        deleteSegment(file.number());
      }
    }
  }

  private long lastStamp(Replay replay) throws IOException {
    long last = replay.index().lastIndex();
    if (last == replay.index().base().index()) {
      return replay.segments().baseStampNanos();
    }
    return Stretch.of(disk.toString(), replay.segments().segmentOf(last), last).read().get(0).stampNanos();
  }

  /** There is no valid batch. */
  private OpenedLog create(LogScan scan, Marker.@Nullable Durable durable) throws IOException {
    boolean evidence = durable != null && durable.batch() > 0;
    boolean written = scan.trailing().stream().anyMatch(file -> !file.zero());
    LogStart base = options.initial();
    if (evidence || !options.applied().equals(base.id()) || (written && !options.createAllowed())) {
      throw new CorruptLogException(disk.toString(), "no batch is valid, but "
          + (evidence ? "batch " + Objects.requireNonNull(durable).batch() + " had been durable, as the marker proves"
              : written && !options.createAllowed() ? "something was written"
                  : "the state machine has applied entry " + options.applied()));
    }
    if (!options.createAllowed()) {
      throw new LostLogException(disk.toString());
    }
    disk.createDirectory();
    // What an interrupted creation left: its first batch was not durable, so nobody has relied on it.
    for (int i = scan.trailing().size() - 1; i >= 0; i--) {
      deleteSegment(scan.trailing().get(i).number());
    }
    deleteIfThere(SpareSegments.UNFINISHED);
    deleteIfThere(COPY);
    Marker marker = track(Marker.open(disk));
    marker.write(new Marker.Durable(0, 0, 0));
    marker.sync();
    disk.sync();

    SpareSegments spares = track(new SpareSegments(disk, options.segmentBytes(), 1));
    ConfigurationHistory configurations = new ConfigurationHistory(base.id().index(), base.configuration().encode());
    FrameWriter writer = track(new FrameWriter(disk, options.groupId(), options.saltSource().getAsLong(),
        FrameWriter.Position.START, spares, marker, configurations));
    Batch empty = new Batch();
    HardState hardState = new HardState(base.id().term(), null);
    empty.seal(0, hardState, base.id().index());
    Segment first = writer.write(List.of(empty), () -> new FrameWriter.Tail(base.id(), base.stampNanos()));
    SegmentIndex segments = new SegmentIndex(base.id(), base.stampNanos());
    segments.add(Objects.requireNonNull(first));
    RecoveredLog recovered = new RecoveredLog(hardState, new LogIndex(base.id()), base.stampNanos(),
        base.configuration());
    return new OpenedLog(recovered, segments, spares, writer);
  }

  private void deleteIfThere(String name) throws IOException {
    if (disk.list().contains(name)) {
      disk.delete(name);
    }
  }

  private <T extends Closeable> T track(T closeable) {
    opened.add(closeable);
    return closeable;
  }
}
