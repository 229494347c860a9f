package io.balsa.raft.node;

import io.balsa.raft.action.Rejection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Reads on their way: first they wait for their read index (by context), then for the state to reach it. Raft thread only. */
final class PendingReads {
  private record Waiting(long readIndex, long context, ReadCallback callback) {
  }

  private final TreeMap<Long, ReadCallback> byContext = new TreeMap<>();
  private final PriorityQueue<Waiting> byIndex = new PriorityQueue<>(
      Comparator.comparingLong(Waiting::readIndex).thenComparingLong(Waiting::context));
  private long lastContext;

  /** @return the contexts given to these reads, in their order */
  List<Long> add(List<ReadCallback> reads) {
    List<Long> contexts = new ArrayList<>(reads.size());
    for (ReadCallback read : reads) {
      lastContext++;
      byContext.put(lastContext, read);
      contexts.add(lastContext);
    }
    return contexts;
  }

  void ready(long context, long readIndex, long appliedIndex) {
    ReadCallback read = take(context);
    if (readIndex <= appliedIndex) {
      read.ready(readIndex);
    } else {
      byIndex.add(new Waiting(readIndex, context, read));
    }
  }

  void rejected(long context, Rejection why) {
    take(context).rejected(why);
  }

  void applied(long appliedIndex) {
    while (!byIndex.isEmpty() && byIndex.element().readIndex() <= appliedIndex) {
      Waiting read = byIndex.remove();
      read.callback().ready(read.readIndex());
    }
  }

  /** The state will not come as far soon: those that wait for it may do better elsewhere. */
  void rejectWaiting(Rejection why) {
    byIndex.forEach(read -> read.callback().rejected(why));
    byIndex.clear();
  }

  void abandonAll() {
    byContext.values().forEach(read -> read.rejected(Rejection.STOPPING));
    byContext.clear();
    rejectWaiting(Rejection.STOPPING);
  }

  private ReadCallback take(long context) {
    ReadCallback read = byContext.remove(context);
    if (read == null) {
      throw new IllegalStateException("read " + context + " was answered twice, or never asked");
    }
    return read;
  }
}
