package io.balsa.raft.sim;

import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import java.util.Arrays;

/**
 * What slows the directions of links down, beside their latency: one may be slower than it was, and than the way back; one may be
 * clogged, so that nothing comes out of it for a while and then all of it at once, or as fast as its bandwidth lets it.
 */
final class Weather {
  /** What a queue in front of a clogged direction holds; the rest is dropped there, as the transport does (E2). */
  private static final long QUEUE_BYTES_MAX = 1 << 20;
  private static final int HEADER_BYTES = 64;

  private final Direction[][] directions;

  private static final class Direction {
    double slowness = 1;
    /** Nothing comes out before. */
    long cloggedUntil;
    /** Nanoseconds a byte takes to come out afterwards; 0: all at once. */
    long nanosPerByte;
    /** When the last of what waits will have come out. */
    long busyUntil;
    long queuedBytes;
  }

  Weather(int nodes) {
    directions = new Direction[nodes][nodes];
    for (Direction[] row : directions) {
      Arrays.setAll(row, i -> new Direction());
    }
  }

  void slow(int from, int to, double factor) {
    directions[from][to].slowness = factor;
  }

  /** @param nanosPerByte until {@link #clear}; 0: what was kept back comes out at once, and that was it */
  void clog(int from, int to, long untilNanos, long nanosPerByte) {
    Direction direction = directions[from][to];
    direction.cloggedUntil = untilNanos;
    direction.nanosPerByte = nanosPerByte;
  }

  /** Fair weather for what is sent from now on. */
  void clear() {
    for (Direction[] row : directions) {
      for (Direction direction : row) {
        direction.slowness = 1;
        direction.cloggedUntil = 0;
        direction.nanosPerByte = 0;
        direction.busyUntil = 0;
        direction.queuedBytes = 0;
      }
    }
  }

  long latency(int from, int to, long latencyNanos) {
    return (long) (latencyNanos * directions[from][to].slowness);
  }

  /** @return when a message comes out that would arrive at {@code at}; -1: it was dropped, the queue is full */
  long comesOut(int from, int to, Message message, long now, long at) {
    Direction direction = directions[from][to];
    if (direction.cloggedUntil <= at && direction.nanosPerByte == 0) {
      return at;
    }
    if (direction.busyUntil <= now) {
      direction.queuedBytes = 0;
    }
    long bytes = bytes(message);
    if (direction.queuedBytes + bytes > QUEUE_BYTES_MAX) {
      return -1;
    }
    direction.queuedBytes += bytes;
    direction.busyUntil = Math.max(Math.max(at, direction.cloggedUntil), direction.busyUntil)
        + bytes * direction.nanosPerByte;
    return direction.busyUntil;
  }

  private static long bytes(Message message) {
    return HEADER_BYTES + switch (message) {
      case AppendEntries append -> append.entries().stream().mapToLong(entry -> entry.sizeBytes()).sum();
      case InstallSnapshot chunk -> chunk.data().size();
      default -> 0;
    };
  }
}
