package io.balsa.storage.log;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Segments that have left the log: their files go one by one, the oldest first, each when nobody reads it any more
 * (L5). Each removal is durable before the next begins, so that a power cut never leaves a hole: recovery would take it
 * for a lost segment. Guarded by the lock of the log, but for {@link #remove}.
 */
final class RetiredSegments implements Closeable {
  private final Disk disk;
  private final ArrayDeque<Segment> waiting = new ArrayDeque<>();

  RetiredSegments(Disk disk) {
    this.disk = disk;
  }

  /** @param segments oldest first, newer than all that wait */
  void add(List<Segment> segments) {
    waiting.addAll(segments);
  }

  /** The oldest, if its file may go; it waits here no longer. */
  @Nullable
  Segment next() {
    Segment oldest = waiting.peek();
    return oldest == null || oldest.isRead() ? null : waiting.remove();
  }

  /** Maintenance thread, without the lock: it waits for the disk. */
  void remove(Segment segment) throws IOException {
    segment.close();
    disk.delete(Segment.fileName(segment.number()));
    disk.sync();
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : waiting) {
      segment.close();
    }
  }
}
