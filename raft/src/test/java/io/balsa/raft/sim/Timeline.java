package io.balsa.raft.sim;

import java.util.PriorityQueue;

/**
 * Simulated real time, in nanoseconds from 0, and the queue of what is to happen. Events of one moment happen in the order in
 * which they were put in, so a run depends on nothing but its seed.
 */
public final class Timeline {
  private final PriorityQueue<Event> queue = new PriorityQueue<>(1024);
  private long now;
  private long sequence;
  private long executed;

  private record Event(long time, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return time != other.time ? Long.compare(time, other.time) : Long.compare(sequence, other.sequence);
    }
  }

  public long now() {
    return now;
  }

  /** How many events have happened. */
  public long executed() {
    return executed;
  }

  public void after(long delayNanos, Runnable action) {
    if (delayNanos < 0) {
      throw new IllegalArgumentException("an event in the past: " + delayNanos);
    }
    queue.add(new Event(now + delayNanos, sequence++, action));
  }

  /** Lets the next event happen, if it is due at or before {@code untilNanos}; else moves the time there. */
  public boolean step(long untilNanos) {
    Event next = queue.peek();
    if (next == null || next.time > untilNanos) {
      now = Math.max(now, untilNanos);
      return false;
    }
    queue.poll();
    now = next.time;
    executed++;
    next.action.run();
    return true;
  }
}
