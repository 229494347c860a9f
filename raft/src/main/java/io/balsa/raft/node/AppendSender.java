package io.balsa.raft.node;

import io.balsa.raft.action.SendAppend;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.TermRange;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.Transport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends entries: at once from memory, or by way of a reader that fetches them from disk. By then the log may have changed: a
 * send whose entries are not what the core meant is dropped (C2).
 *
 * <p>What goes to one peer leaves in the order in which it was asked for, however many readers there are: an AppendEntries that
 * overtakes another is refused, and then the window is sent again.
 */
final class AppendSender {
  /** More sends than a window holds: only a disk that stands still lets so many wait, and whatever is lost is sent again. */
  private static final int WAITING_MAX = 256;

  /** What waits for the disk on its way to one peer, behind one read at a time. */
  private final class Lane {
    private final ArrayDeque<SendAppend> waiting = new ArrayDeque<>();
    private boolean reading;
    /** Of what was last asked for. */
    private long lastTerm;
    private long lastIndex;

    /** Raft thread. @return whether it waits here; otherwise nothing is before it */
    synchronized boolean queuesBehind(SendAppend send) {
      if (send.term() != lastTerm || send.prev().index() < lastIndex) {
        waiting.clear(); // the leader went back, or is another: what waits would be refused, and keep the disk from what helps
      }
      lastTerm = send.term();
      lastIndex = AppendSender.lastIndex(send);
      if (reading && waiting.size() < WAITING_MAX) {
        waiting.add(send);
      }
      return reading;
    }

    /** Raft thread, when nothing is before it. */
    void read(SendAppend send) {
      synchronized (this) {
        reading = true;
      }
      readers.execute(() -> readAndGoOn(send));
    }

    private synchronized void abandon() {
      waiting.clear();
    }

    private void readAndGoOn(SendAppend send) {
      readAndSend(send);
      SendAppend next;
      synchronized (this) {
        next = waiting.poll();
        reading = next != null;
      }
      if (next == null) {
        return;
      }
      try {
        readers.execute(() -> readAndGoOn(next));
      } catch (RejectedExecutionException e) {
        abandon(); // the readers end, after the raft thread has: what waits is lost, as any message may be
      }
    }
  }

  private final LogStore log;
  private final Transport transport;
  private final NodeListener listener;
  private final Executor readers;
  /** Raft thread only. */
  private final TreeMap<NodeId, Lane> lanes = new TreeMap<>();

  AppendSender(LogStore log, Transport transport, NodeListener listener, Executor readers) {
    this.log = log;
    this.transport = transport;
    this.listener = listener;
    this.readers = readers;
  }

  /** Raft thread. */
  void send(SendAppend send) {
    if (send.terms().isEmpty()) {
      transport.send(send.to(), send.incarnation(),
          new AppendEntries(send.term(), send.prev(), List.of(), send.commitIndex()));
      return;
    }
    Lane lane = lanes.computeIfAbsent(send.to(), to -> new Lane());
    if (lane.queuesBehind(send)) {
      return;
    }
    List<Entry> cached = log.readCached(firstIndex(send), lastIndex(send), Long.MAX_VALUE);
    if (isWhatWasMeant(send, cached)) {
      transport.send(send.to(), send.incarnation(),
          new AppendEntries(send.term(), send.prev(), cached, send.commitIndex()));
    } else {
      lane.read(send);
    }
  }

  private void readAndSend(SendAppend send) {
    try {
      List<Entry> entries = log.read(firstIndex(send), lastIndex(send), Long.MAX_VALUE);
      if (isWhatWasMeant(send, entries)) {
        transport.send(send.to(), send.incarnation(),
            new AppendEntries(send.term(), send.prev(), entries, send.commitIndex()));
      }
    } catch (IOException | RuntimeException | Error e) {
      listener.fatal("reading the log for " + send.to(), e);
    }
  }

  private static boolean isWhatWasMeant(SendAppend send, List<Entry> entries) {
    if (entries.size() != lastIndex(send) - firstIndex(send) + 1) {
      return false;
    }
    int next = 0;
    for (TermRange range : send.terms()) {
      for (long index = range.firstIndex(); index <= range.lastIndex(); index++) {
        Entry entry = entries.get(next++);
        if (entry.term() != range.term() || entry.index() != index) {
          return false;
        }
      }
    }
    return true;
  }

  private static long firstIndex(SendAppend send) {
    return send.prev().index() + 1;
  }

  private static long lastIndex(SendAppend send) {
    return send.terms().get(send.terms().size() - 1).lastIndex();
  }
}
