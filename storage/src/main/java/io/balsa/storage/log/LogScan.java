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
 */
final class LogScan implements Closeable {

  /** A file with a segment's name in which no frame stands, behind the end of the log. */
  record Trailing(long number, long bytes, boolean zero) {
  }

  private final Disk disk;
  private final int groupId;
  private final List<Trailing> trailing = new ArrayList<>();
  private final List<DiskFile> opened = new ArrayList<>();
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
    for (int i = 0; i < numbers.size(); i++) {
      long number = numbers.get(i);
      if (i > 0 && number != numbers.get(i - 1) + 1) {
        throw new CorruptLogException(disk.toString(),
            "between segment " + numbers.get(i - 1) + " and segment " + number + " a file is missing");
      }
      DiskFile file = disk.open(Segment.fileName(number));
      opened.add(file);
      scan(number, file, new FrameReader(file, path(number), number));
    }
  }

  private void scan(long number, DiskFile file, FrameReader reader) throws IOException {
    if (replay != null) {
      reader.expectSalt(FrameFormat.segmentSalt(replay.logSalt(), number));
    }
    long offset = 0;
    if (invalidAt == null) {
      for (Frame frame = reader.read(0); frame != null; frame = reader.read(offset)) {
        accept(frame, file, reader);
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

  private void accept(Frame frame, DiskFile file, FrameReader reader) throws CorruptLogException {
    Replay current = replay;
    if (current == null) {
      current = new Replay(disk.toString(), groupId, frame);
      replay = current;
      reader.expectSalt(frame.salt());
    }
    current.accept(frame, file);
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
