package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where each entry stands on disk: the log as it was written, which is behind the log as readers see it by what is
 * still buffered. Guarded by the lock of the log.
 */
final class SegmentIndex implements Closeable {
  private LogId base;
  private long baseStampNanos;
  private final ArrayList<Segment> segments = new ArrayList<>();

  /**
   * @param base           what stands before the first entry of the first segment
   * @param baseStampNanos its stamp
   */
  SegmentIndex(LogId base, long baseStampNanos) {
    this.base = base;
    this.baseStampNanos = baseStampNanos;
  }

  LogId base() {
    return base;
  }

  long baseStampNanos() {
    return baseStampNanos;
  }

  long lastIndex() {
    return segments.isEmpty() ? base.index() : last().endIndex() - 1;
  }

  Segment last() {
    return segments.get(segments.size() - 1);
  }

  List<Segment> segments() {
    return segments;
  }

  void add(Segment segment) {
    segments.add(segment);
  }

  /** The segment that holds this entry, which must be in the log. */
  Segment segmentOf(long index) {
    int low = 0;
    int high = segments.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments.get(middle).firstIndex() <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return segments.get(low);
  }

  /** Of the files, from the first entry after this index to the last one. */
  long bytesAfter(long index) {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.bytesAfter(index);
    }
    return bytes;
  }

  void truncateFrom(long index) {
    for (int i = segments.size() - 1; i >= 0; i--) {
      boolean reachesFurther = segments.get(i).firstIndex() < index;
      segments.get(i).truncateFrom(index);
      if (reachesFurther) {
        return;
      }
    }
  }

  /**
   * Lets go of whole segments at the begin, none of whose entries is after {@code index} (L5), so that the log begins
   * with a segment whose header tells what stands before it.
   *
   * @return those segments, oldest first; the caller closes them
   */
  List<Segment> compactTo(long index) {
    int first = 0;
    for (int i = segments.size() - 1; i > 0 && first == 0; i--) {
      Segment segment = segments.get(i);
      first = segment.before().index() <= index && segment.canBeFirst() ? i : 0;
    }
    if (first == 0) {
      return List.of();
    }
    base = segments.get(first).before();
    baseStampNanos = segments.get(first).stampBeforeNanos();
    List<Segment> gone = segments.subList(0, first);
    List<Segment> result = List.copyOf(gone);
    gone.clear();
    return result;
  }

  /** What was written to the last segment, with the places of its entries in their order. */
  void publish(List<Batch> batches, long[] positions) {
    Batch.Visitor visitor = new Batch.Visitor() {
      private int next;

      @Override
      public void truncate(long fromIndex) {
        truncateFrom(fromIndex);
      }

      @Override
      public void entry(Entry entry) {
        last().add(positions[next++]);
      }
    };
    for (Batch batch : batches) {
      batch.visit(visitor);
    }
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
  }
}
