package io.balsa.raft.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is in the log, without its payloads: the term of every index as ranges, the size of every entry. The core decides
 * with it, so it never reads the log itself. Not thread-safe: it belongs to the raft thread.
 *
 * <p>Guarantees, checked: indexes are continuous; terms never fall.
 */
public final class LogIndex {
  private LogId base;
  private long lastIndex;
  private final ArrayList<TermRange> ranges = new ArrayList<>();
  /** bytesUpTo[index - offset]: the bytes of all entries after {@code offset} up to and including {@code index}. */
  private long[] bytesUpTo = new long[64];
  private long offset;

  /** @param base what stands before the first entry: ZERO, or the last entry that a snapshot covers */
  public LogIndex(LogId base) {
    this.base = base;
    this.lastIndex = base.index();
    this.offset = base.index();
  }

  /** The LogId just before the first entry held. */
  public LogId base() {
    return base;
  }

  public long firstIndex() {
    return base.index() + 1;
  }

  public long lastIndex() {
    return lastIndex;
  }

  public long lastTerm() {
    return ranges.isEmpty() ? base.term() : ranges.get(ranges.size() - 1).term();
  }

  public LogId last() {
    return new LogId(lastTerm(), lastIndex);
  }

  public boolean contains(long index) {
    return index > base.index() && index <= lastIndex;
  }

  /** Whether the log holds exactly this entry (its base counts as held). */
  public boolean matches(LogId id) {
    return id.equals(base) || (contains(id.index()) && termAt(id.index()) == id.term());
  }

  /** The term of an entry held, or of the base. */
  public long termAt(long index) {
    if (index == base.index()) {
      return base.term();
    }
    return ranges.get(rangeOf(index)).term();
  }

  /** The first index of the entries with the same term as {@code index}. */
  public long firstIndexOfTermAt(long index) {
    return ranges.get(rangeOf(index)).firstIndex();
  }

  /** The largest index held (or the base) that is at most {@code index} and whose term is at most {@code term}. */
  public long lastIndexWithTermAtMost(long index, long term) {
    long candidate = Math.min(index, lastIndex);
    while (candidate > base.index() && termAt(candidate) > term) {
      candidate = firstIndexOfTermAt(candidate) - 1;
    }
    return Math.max(candidate, base.index());
  }

  /** The terms of {@code from..to} as ranges, in order. */
  public List<TermRange> terms(long from, long to) {
    List<TermRange> result = new ArrayList<>(2);
    if (from > to) {
      return result;
    }
    for (int i = rangeOf(from); i < ranges.size() && ranges.get(i).firstIndex() <= to; i++) {
      TermRange range = ranges.get(i);
      result.add(new TermRange(range.term(), Math.max(from, range.firstIndex()), Math.min(to, range.lastIndex())));
    }
    return result;
  }

  /**
   * The last index that fits: at least {@code from} itself, then as long as the sum stays within {@code bytesMax} and the
   * count within {@code entriesMax}.
   */
  public long lastIndexWithin(long from, long bytesMax, int entriesMax) {
    long low = from;
    long high = Math.min(lastIndex, from + entriesMax - 1);
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (bytes(from, middle) <= bytesMax) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Bytes of the entries {@code from..to}, 0 if there are none. */
  public long bytes(long from, long to) {
    if (from > to) {
      return 0;
    }
    if (!contains(from) || !contains(to)) {
      throw new IllegalStateException("not held: [" + from + ", " + to + "] of (" + base + ", " + lastIndex + "]");
    }
    return bytesUpTo[(int) (to - offset)] - bytesUpTo[(int) (from - 1 - offset)];
  }

  public void append(long term, long index, int sizeBytes) {
    if (index != lastIndex + 1 || term < lastTerm()) {
      throw new IllegalStateException("entry " + term + "/" + index + " does not follow " + last());
    }
    int slot = (int) (index - offset);
    if (slot == bytesUpTo.length) {
      bytesUpTo = Arrays.copyOf(bytesUpTo, bytesUpTo.length * 2);
    }
    bytesUpTo[slot] = bytesUpTo[slot - 1] + sizeBytes;
    lastIndex = index;
    int tail = ranges.size() - 1;
    if (tail >= 0 && ranges.get(tail).term() == term) {
      ranges.set(tail, new TermRange(term, ranges.get(tail).firstIndex(), index));
    } else {
      ranges.add(new TermRange(term, index, index));
    }
  }

  /** Drops {@code fromIndex} and everything after it. */
  public void truncateFrom(long fromIndex) {
    if (!contains(fromIndex)) {
      throw new IllegalStateException("cannot truncate from " + fromIndex + ": (" + base + ", " + lastIndex + "]");
    }
    lastIndex = fromIndex - 1;
    while (!ranges.isEmpty() && ranges.get(ranges.size() - 1).firstIndex() >= fromIndex) {
      ranges.remove(ranges.size() - 1);
    }
    int tail = ranges.size() - 1;
    if (tail >= 0 && ranges.get(tail).lastIndex() >= fromIndex) {
      ranges.set(tail, new TermRange(ranges.get(tail).term(), ranges.get(tail).firstIndex(), fromIndex - 1));
    }
  }

  /** Drops everything: the log begins behind {@code newBase}. */
  public void reset(LogId newBase) {
    ranges.clear();
    bytesUpTo = new long[64];
    base = newBase;
    lastIndex = newBase.index();
    offset = newBase.index();
  }

  /** The first index from which on all entries fit both bounds together; after the last one if not even that fits. */
  public long firstIndexWithin(long bytesMax, int entriesMax) {
    long low = Math.max(base.index(), lastIndex - entriesMax) + 1;
    long high = lastIndex + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (bytes(middle, lastIndex) <= bytesMax) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Drops everything up to and including {@code index}, which becomes the base. */
  public void compactTo(long index) {
    LogId newBase = new LogId(termAt(index), index);
    while (!ranges.isEmpty() && ranges.get(0).lastIndex() <= index) {
      ranges.remove(0);
    }
    if (!ranges.isEmpty() && ranges.get(0).firstIndex() <= index) {
      ranges.set(0, new TermRange(ranges.get(0).term(), index + 1, ranges.get(0).lastIndex()));
    }
    int kept = (int) (lastIndex - index);
    int cut = (int) (index - offset);
    bytesUpTo = Arrays.copyOfRange(bytesUpTo, cut, cut + Math.max(64, kept + 1));
    offset = index;
    base = newBase;
  }

  private int rangeOf(long index) {
    if (!contains(index)) {
      throw new IllegalStateException("index " + index + " is not held: (" + base + ", " + lastIndex + "]");
    }
    int low = 0;
    int high = ranges.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ranges.get(middle).firstIndex() <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
