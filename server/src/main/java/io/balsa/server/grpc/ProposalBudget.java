package io.balsa.server.grpc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * How much all session streams together may have proposed and not seen applied. It is less than what the node accepts, so a
 * stream is held up here, by not being read (S2), before anything is refused there; unary calls are refused there (E2).
 * Streams that found no room are told, in the order in which they came, when there is some. Thread-safe.
 */
public final class ProposalBudget {
  private final int countMax;
  private final long bytesMax;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int count;
  private long bytes;

  public ProposalBudget(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /**
   * @param room called once, on any thread, when it may be tried again; only if there is no room now
   * @return whether it was taken
   */
  synchronized boolean tryAcquire(int size, Runnable room) {
    // One proposal always fits when nothing is under way, whatever its size.
    if (count > 0 && (count >= countMax || bytes + size > bytesMax)) {
      waiting.add(room);
      return false;
    }
    count++;
    bytes += size;
    return true;
  }

  void release(int size) {
    List<Runnable> woken = new ArrayList<>();
    synchronized (this) {
      count--;
      bytes -= size;
      if (count == 0) {
        // Whoever is woken may have ended meanwhile, and no other release will come: wake all.
        woken.addAll(waiting);
        waiting.clear();
      } else if (!waiting.isEmpty() && count <= countMax - countMax / 8 && bytes <= bytesMax - bytesMax / 8) {
        // Some room, so that it is worth the while.
        woken.add(waiting.remove());
      }
    }
    woken.forEach(Runnable::run);
  }

  synchronized int count() {
    return count;
  }
}
