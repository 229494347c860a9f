package io.balsa.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Segment files made ahead (L4): zero-filled and synced under another name, then renamed, and the directory synced. So
 * a file that has a segment's name needs nothing more before its first batch, and its writes change no metadata. The
 * maintenance thread prepares one piece by piece; a log writer that finds none finishes it itself.
 */
final class SpareSegments implements Closeable {
  /** A segment that is being filled, not yet a segment. */
  static final String UNFINISHED = "unfinished-segment";

  private static final int ZEROS_BYTES = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ZEROS_BYTES).asReadOnlyBuffer();
  /** Filled and synced in one piece of work: small, because an fdatasync of the log may have to wait for it. */
  private static final int PIECE_BYTES = 4 << 20;

  /** A file ready for its first batch. */
  record Spare(long number, DiskFile file, long bytes) {
  }

  private final Disk disk;
  private final int segmentBytes;
  private long nextNumber;
  private @Nullable DiskFile unfinished;
  private long filled;
  private @Nullable Spare ready;

  SpareSegments(Disk disk, int segmentBytes, long nextNumber) {
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.nextNumber = nextNumber;
  }

  /** A spare that an earlier run has made. */
  synchronized void adopt(DiskFile file, long bytes) {
    ready = new Spare(nextNumber++, file, bytes);
  }

  /** One piece of work towards the next spare; false if it is ready. */
  synchronized boolean prepare() throws IOException {
    if (ready != null) {
      return false;
    }
    DiskFile file = unfinished;
    if (file == null) {
      file = disk.create(UNFINISHED);
      unfinished = file;
      filled = 0;
    }
    if (filled < segmentBytes) {
      long end = Math.min(segmentBytes, filled + PIECE_BYTES);
      fillWithZeros(file, filled, end);
      file.syncAll();
      filled = end;
      return true;
    }
    disk.rename(UNFINISHED, Segment.fileName(nextNumber));
    disk.sync();
    ready = new Spare(nextNumber++, file, segmentBytes);
    unfinished = null;
    return true;
  }

  /** The next segment, of at least this size. Waits for the disk if it is not ready yet. */
  synchronized Spare take(long bytesMin) throws IOException {
    Spare spare = ready;
    while (spare == null) {
      prepare();
      spare = ready;
    }
    if (spare.bytes() < bytesMin) {
      fillWithZeros(spare.file(), spare.bytes(), bytesMin);
      spare.file().syncAll();
      spare = new Spare(spare.number(), spare.file(), bytesMin);
    }
    ready = null;
    return spare;
  }

  /** Writes zeros; the caller syncs. */
  static void fillWithZeros(DiskFile file, long from, long to) throws IOException {
    ByteBuffer source = ZEROS.duplicate();
    for (long at = from; at < to; at += ZEROS_BYTES) {
      file.write(at, source.clear().limit((int) Math.min(ZEROS_BYTES, to - at)));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (ready != null) {
      ready.file().close();
    }
    if (unfinished != null) {
      unfinished.close();
    }
  }
}
