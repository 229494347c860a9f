package io.balsa.client.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The calls sent and not answered, by their number: 1, 2, 3, ... The numbers from the lowest unanswered one to the newest
 * span at most {@link #SIZE} (S4: answers may overtake each other, and the server counts what lies above the lowest awaited).
 */
final class CallWindow {
  /** A power of two. */
  static final int SIZE = 4096;

  private final @Nullable Call[] slots = new @Nullable Call[SIZE];
  private long lowest = 1;
  private long next = 1;
  private int size;

  boolean hasRoom() {
    return next - lowest < SIZE;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** How many are not answered. */
  int size() {
    return size;
  }

  /** The lowest number that is not answered; {@link #next} when all are. */
  long lowest() {
    return lowest;
  }

  /** The number that the next call will get. */
  long next() {
    return next;
  }

  long add(Call call) {
    if (!hasRoom()) {
      throw new IllegalStateException("the window is full");
    }
    slots[slot(next)] = call;
    size++;
    return next++;
  }

  /** Null when it has been answered, or never existed. */
  @Nullable
  Call get(long number) {
    return number >= lowest && number < next ? slots[slot(number)] : null;
  }

  /** Takes out an answered call; null when it was answered before. */
  @Nullable
  Call remove(long number) {
    Call call = get(number);
    if (call != null) {
      slots[slot(number)] = null;
      size--;
      while (lowest < next && slots[slot(lowest)] == null) {
        lowest++;
      }
    }
    return call;
  }

  /** Takes out every call; numbers start at 1 again. */
  void reset() {
    Arrays.fill(slots, null);
    lowest = 1;
    next = 1;
    size = 0;
  }

  private static int slot(long number) {
    return (int) (number & (SIZE - 1));
  }
}
