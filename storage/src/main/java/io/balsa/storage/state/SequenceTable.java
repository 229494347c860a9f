package io.balsa.storage.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of one session (S3): which was applied last, which reply the client still awaits, and how large the stored
 * ones are. Rows of REPLIES below {@code lowestAwaited} count as dropped whether they are still there or not.
 */
final class SequenceTable {
  private long last;
  private long lowestAwaited;
  /** No row of REPLIES is below this sequence. */
  private long storedFrom;
  /** Encoded sizes of the replies lowestAwaited .. last, from {@code sizesStart} on. */
  private int[] sizes = new int[16];
  private int sizesStart;
  private long storedBytes;
  /** Replies of this batch, up to {@code last}; their rows are written when it ends, unless they are acknowledged by then. */
  private final List<byte[]> pending = new ArrayList<>();

  SequenceTable(long last, long lowestAwaited) {
    this.last = last;
    this.lowestAwaited = lowestAwaited;
    this.storedFrom = lowestAwaited;
    ensureRoom((int) (last - lowestAwaited + 1));
  }

  /** A session without any. */
  SequenceTable() {
    this(0, 1);
  }

  long last() {
    return last;
  }

  long lowestAwaited() {
    return lowestAwaited;
  }

  long storedFrom() {
    return storedFrom;
  }

  int storedReplies() {
    return (int) (last - lowestAwaited + 1);
  }

  long storedBytes() {
    return storedBytes;
  }

  /** The sequence last+1 was executed with this reply. */
  void executed(byte[] reply) {
    ensureRoom(storedReplies() + 1);
    last++;
    pending.add(reply);
    size(last, reply.length);
  }

  /** Rebuilds the size of a stored reply at open. */
  void found(long sequence, int bytes) {
    size(sequence, bytes);
  }

  /** Every reply below {@code sequence} was received. Returns whether that is news. */
  boolean acknowledge(long sequence) {
    // Nobody has received what was not given: a client that says so is not believed.
    long below = Math.min(sequence, last + 1);
    if (below <= lowestAwaited) {
      return false;
    }
    while (lowestAwaited < below) {
      storedBytes -= sizes[sizesStart];
      sizesStart = (sizesStart + 1) % sizes.length;
      lowestAwaited++;
    }
    return true;
  }

  /** The reply of a sequence of this batch; null if it is in a row, or was dropped. */
  byte @Nullable [] pendingReply(long sequence) {
    long first = firstPending();
    return sequence >= first && sequence <= last ? pending.get((int) (sequence - first)) : null;
  }

  long firstPending() {
    return last - pending.size() + 1;
  }

  /** The batch is written: rows from {@code lowestAwaited} on are stored, those below are on their way out. */
  void written() {
    pending.clear();
    storedFrom = lowestAwaited;
  }

  private void size(long sequence, int bytes) {
    sizes[(int) ((sizesStart + sequence - lowestAwaited) % sizes.length)] = bytes;
    storedBytes += bytes;
  }

  private void ensureRoom(int count) {
    if (count <= sizes.length) {
      return;
    }
    int[] larger = new int[Math.max(count, 2 * sizes.length)];
    int tail = sizes.length - sizesStart;
    System.arraycopy(sizes, sizesStart, larger, 0, tail);
    System.arraycopy(sizes, 0, larger, tail, sizesStart);
    sizes = larger;
    sizesStart = 0;
  }

  @Override
  public String toString() {
    int[] inOrder = new int[storedReplies()];
    Arrays.setAll(inOrder, i -> sizes[(sizesStart + i) % sizes.length]);
    return "last " + last + " lowestAwaited " + lowestAwaited + " sizes " + Arrays.toString(inOrder) + " = "
        + storedBytes;
  }
}
