package io.balsa.raft.node;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.LogId;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what was accepted and is not answered yet, and refuses above a bound (E2). Thread-safe. */
final class Admission {
  private final int countMax;
  private final long bytesMax;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Admission(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /** @return whether there is room; if so, {@link #release} is owed */
  boolean tryAdmit(int size) {
    if (count.incrementAndGet() > countMax) {
      count.decrementAndGet();
      return false;
    }
    if (bytes.addAndGet(size) > bytesMax) {
      release(size);
      return false;
    }
    return true;
  }

  void release(int size) {
    count.decrementAndGet();
    bytes.addAndGet(-size);
  }

  /** The callback, which gives the room back when it is called. */
  <R> ProposalCallback<R> releasing(int size, ProposalCallback<R> callback) {
    return new ProposalCallback<>() {
      @Override
      public void applied(LogId id, R result) {
        release(size);
        callback.applied(id, result);
      }

      @Override
      public void rejected(Rejection why) {
        release(size);
        callback.rejected(why);
      }

      @Override
      public void unknown() {
        release(size);
        callback.unknown();
      }
    };
  }

  ReadCallback releasing(ReadCallback callback) {
    return new ReadCallback() {
      @Override
      public void ready(long readIndex) {
        release(0);
        callback.ready(readIndex);
      }

      @Override
      public void rejected(Rejection why) {
        release(0);
        callback.rejected(why);
      }
    };
  }
}
