package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the log in memory: every entry that is not written yet, and before them recent ones up to a bound in
 * bytes. Followers that keep up and the applier read here. Guarded by the lock of the log.
 */
final class TailCache {
  private final long bytesMax;
  /** A ring: index i stands in slot i modulo its length, a power of two. */
  private @Nullable Entry[] ring = new Entry[1024];
  private long firstIndex;
  private long lastIndex;
  private long bytes;

  /** @param lastIndex the last index of the log, which is not in the cache */
  TailCache(long bytesMax, long lastIndex) {
    this.bytesMax = bytesMax;
    this.firstIndex = lastIndex + 1;
    this.lastIndex = lastIndex;
  }

  long lastIndex() {
    return lastIndex;
  }

  boolean holds(long index) {
    return index >= firstIndex && index <= lastIndex;
  }

  Entry get(long index) {
    Entry entry = ring[slot(index)];
    if (entry == null || !holds(index)) {
      throw new IllegalStateException("index " + index + " is not in memory");
    }
    return entry;
  }

  void add(Entry entry) {
    if (lastIndex + 1 - firstIndex == ring.length) {
      grow();
    }
    lastIndex++;
    ring[slot(lastIndex)] = entry;
    bytes += entry.sizeBytes();
  }

  void truncateFrom(long index) {
    while (lastIndex >= index && lastIndex >= firstIndex) {
      drop(lastIndex);
      lastIndex--;
    }
    if (index <= firstIndex) {
      firstIndex = index;
      lastIndex = index - 1;
    }
  }

  /** Forgets everything: the log ends with {@code index} now. */
  void reset(long index) {
    truncateFrom(firstIndex);
    firstIndex = index + 1;
    lastIndex = index;
  }

  /** Forgets entries that have left the log at its begin. */
  void dropUpTo(long index) {
    while (firstIndex <= Math.min(index, lastIndex)) {
      drop(firstIndex);
      firstIndex++;
    }
  }

  /** Keeps within the bound by forgetting what is written. */
  void evict(long writtenIndex) {
    while (bytes > bytesMax && firstIndex <= Math.min(writtenIndex, lastIndex)) {
      drop(firstIndex);
      firstIndex++;
    }
  }

  /** Entries from {@code from}, which is held, to {@code to}: at least one, then as many as fit. */
  List<Entry> read(long from, long to, long limitBytes) {
    long end = from;
    long sum = get(from).sizeBytes();
    while (end < Math.min(to, lastIndex) && sum + get(end + 1).sizeBytes() <= limitBytes) {
      end++;
      sum += get(end).sizeBytes();
    }
    List<Entry> entries = new ArrayList<>((int) (end - from + 1));
    for (long index = from; index <= end; index++) {
      entries.add(get(index));
    }
    return entries;
  }

  private void drop(long index) {
    bytes -= get(index).sizeBytes();
    ring[slot(index)] = null;
  }

  private void grow() {
    Entry[] larger = new Entry[ring.length * 2];
    for (long index = firstIndex; index <= lastIndex; index++) {
      larger[(int) (index & (larger.length - 1))] = ring[slot(index)];
    }
    ring = larger;
  }

  private int slot(long index) {
    return (int) (index & (ring.length - 1));
  }
}
