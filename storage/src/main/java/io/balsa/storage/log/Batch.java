package io.balsa.storage.log;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogStart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the raft thread buffered for one sync: perhaps a reset of the log, then truncations and entries in their order,
 * and the hard state at the end of them. Filled by the raft thread under the lock of the log; after {@link #seal} only {@link #commonLast} changes,
 * under that lock.
 */
final class Batch {

  /** What happens to a log, in order. */
  interface Visitor {
    void truncate(long fromIndex);

    void entry(Entry entry);
  }

  /** @param position how many entries of the batch come before it */
  private record Truncation(int position, long fromIndex) {
  }

  private final ArrayList<Entry> entries = new ArrayList<>();
  private final ArrayList<Truncation> truncations = new ArrayList<>(1);
  private final @Nullable LogStart resetTo;
  private long recordBytes;
  private long seq;
  private HardState hardState = HardState.INITIAL;
  /** The last index at which the log after this batch and the log as readers see it are still the same (C1). */
  private long commonLast;

  Batch() {
    this(null);
  }

  /** @param resetTo not null: before anything else the log is reset to begin behind this (C6) */
  Batch(@Nullable LogStart resetTo) {
    this.resetTo = resetTo;
  }

  /** Such a batch is the first of its frame, and its frame opens a segment. */
  @Nullable
  LogStart resetTo() {
    return resetTo;
  }

  void truncate(long fromIndex) {
    truncations.add(new Truncation(entries.size(), fromIndex));
    recordBytes += FrameFormat.RECORD_HEADER_BYTES;
  }

  void add(List<Entry> more) {
    entries.addAll(more);
    for (int i = 0; i < more.size(); i++) {
      recordBytes += FrameFormat.RECORD_HEADER_BYTES + more.get(i).payload().size();
    }
  }

  void seal(long sealedSeq, HardState sealedHardState, long lastIndex) {
    seq = sealedSeq;
    hardState = sealedHardState;
    commonLast = lastIndex;
  }

  void lowerCommonLast(long lastIndex) {
    commonLast = Math.min(commonLast, lastIndex);
  }

  long commonLast() {
    return commonLast;
  }

  long seq() {
    return seq;
  }

  HardState hardState() {
    return hardState;
  }

  int records() {
    return entries.size() + truncations.size();
  }

  int entries() {
    return entries.size();
  }

  /** What the records take in a frame. */
  long recordBytes() {
    return recordBytes;
  }

  void visit(Visitor visitor) {
    int next = 0;
    for (int i = 0; i <= entries.size(); i++) {
      while (next < truncations.size() && truncations.get(next).position() == i) {
        visitor.truncate(truncations.get(next++).fromIndex());
      }
      if (i < entries.size()) {
        visitor.entry(entries.get(i));
      }
    }
  }
}
