package io.balsa.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all segments and decides between torn and corrupt (L2). Batch N+1 is only written after the sync of N, so the
 * valid batches must be 1, 2, ..., N without a gap, and what follows N may be anything but a valid batch: a valid one
 * would prove that the invalid one before it had been durable. It changes nothing on disk.
 *
 * <p>Not every file is part of the log. What stands before the newest segment that resets it is not (C6), whatever it
 * holds and whichever of it is there; nor is what a compaction had begun to remove, if the log cannot begin with it (see
 * {@link Replay#beginsTooEarly}). These are {@link #superseded}.
 */
final class LogScan implements Closeable {

  /** A file with a segment's name in which no frame stands, behind the end of the log. */
  record Trailing(long number, long bytes, boolean zero) {
  }

  private final Disk disk;
  private final int groupId;
  private final List<Trailing> trailing = new ArrayList<>();
  private final List<DiskFile> opened = new ArrayList<>();
  private final List<Long> superseded = new ArrayList<>();
  private @Nullable Replay replay;
  private long lastSegment;
  private long endOffset;
  /** Where the first invalid batch stands; null while none was seen. */
  private @Nullable String invalidAt;

  private LogScan(Disk disk, int groupId) {
    this.disk = disk;
    this.groupId = groupId;
  }

  static LogScan run(Disk disk, int groupId) throws IOException {
    LogScan scan = new LogScan(disk, groupId);
    try {
      scan.scanAll();
      return scan;
    } catch (IOException | RuntimeException e) {
      closeAfter(e, scan);
      throw e;
    }
  }

  private void scanAll() throws IOException {
    List<Long> numbers = disk.list().stream().map(Segment::numberOf).filter(number -> number >= 0).sorted().toList();
    int first = newestReset(numbers);
    superseded.addAll(numbers.subList(0, first));
    for (int i = first; i < numbers.size(); i++) {
      long number = numbers.get(i);
      if (i > first && number != numbers.get(i - 1) + 1) {
        throw new CorruptLogException(disk.toString(),
            "between segment " + numbers.get(i - 1) + " and segment " + number + " a file is missing");
      }
      DiskFile file = disk.open(Segment.fileName(number));
      opened.add(file);
      scan(number, file, new FrameReader(file, path(number), number));
    }
    if (replay == null && !superseded.isEmpty()) {
      throw new CorruptLogException(disk.toString(), "a truncation in segment "
          + superseded.get(superseded.size() - 1) + " takes back what stands before the first segment that is left");
    }
  }

  /** Where in the list the newest segment stands that resets the log, or 0. */
  private int newestReset(List<Long> numbers) throws IOException {
    for (int i = numbers.size() - 1; i > 0; i--) {
      long number = numbers.get(i);
      try (DiskFile file = disk.open(Segment.fileName(number))) {
        if (new FrameReader(file, path(number), number).opensWithReset()) {
          return i;
        }
      }
    }
    return 0;
  }

  private void scan(long number, DiskFile file, FrameReader reader) throws IOException {
    if (replay != null) {
      reader.expectSalt(FrameFormat.segmentSalt(replay.logSalt(), number));
    }
    long offset = 0;
    if (invalidAt == null) {
      for (Frame frame = reader.read(0); frame != null; frame = reader.read(offset)) {
        Replay current = accept(frame, file, reader);
        if (current.beginsTooEarly()) {
          beginBehind(current);
          return;
        }
        offset += frame.paddedBytes();
      }
    }
    boolean zeroToTheEnd = reader.findNonZero(offset) < 0;
    if (offset > 0) {
      lastSegment = number;
      endOffset = offset;
    } else {
      trailing.add(new Trailing(number, file.size(), zeroToTheEnd));
    }
    if (invalidAt == null && (offset == 0 || !zeroToTheEnd)) {
      invalidAt = path(number) + " offset " + offset;
    }
    if (invalidAt != null && !zeroToTheEnd) {
      refuseValidFrame(reader, offset, number);
    }
    if (offset == 0) {
      file.close();
    }
  }

  /** Everything so far is not part of the log: the next segment is its first. */
  private void beginBehind(Replay current) throws IOException {
    for (Segment segment : current.segments().segments()) {
      superseded.add(segment.number());
    }
    current.segments().close();
    replay = null;
  }

  private Replay accept(Frame frame, DiskFile file, FrameReader reader) throws CorruptLogException {
    Replay current = replay;
    if (current == null) {
      current = new Replay(disk.toString(), groupId, frame);
      replay = current;
      reader.expectSalt(frame.salt());
    }
    current.accept(frame, file);
    return current;
  }

  /** L2: an invalid batch with a valid higher one after it is corruption. */
  private void refuseValidFrame(FrameReader reader, long offset, long number) throws IOException {
    Frame later = reader.findFrom(offset);
    if (later != null) {
      long last = replay == null ? 0 : replay.lastBatch();
      throw new CorruptLogException(String.valueOf(invalidAt),
          "batch " + (last + 1) + " is not valid, but batch " + later.batchNumber() + " in " + path(number) + " offset "
              + later.offset() + " is, and was written only after it had been durable");
    }
  }

  private String path(long number) {
    return disk + "/" + Segment.fileName(number);
  }

  /** What the frames say, or null if there is no valid one. */
  @Nullable
  Replay replay() {
    return replay;
  }

  /** Files with a segment's name that are no part of the log, oldest first; they stand before all that are. */
  List<Long> superseded() {
    return superseded;
  }

  /** The segment that holds the last valid batch. */
  long lastSegment() {
    return lastSegment;
  }

  /** Where that batch ends. */
  long endOffset() {
    return endOffset;
  }

  /** The files behind {@link #lastSegment}, in order. */
  List<Trailing> trailing() {
    return trailing;
  }

  /** For a scan that came to nothing: closes the files, which otherwise belong to {@link Replay#segments}. */
  @Override
  public void close() throws IOException {
    for (DiskFile file : opened) {
      file.close();
    }
  }

  static void closeAfter(Throwable failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
