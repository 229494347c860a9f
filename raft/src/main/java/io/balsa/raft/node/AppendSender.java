package io.balsa.raft.node;

import io.balsa.raft.action.SendAppend;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.TermRange;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.Transport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Sends entries: at once from memory, or by way of a reader that fetches them from disk. By then the log may have changed: a
 * send whose entries are not what the core meant is dropped (C2).
 */
final class AppendSender {
  private final LogStore log;
  private final Transport transport;
  private final NodeListener listener;
  private final Executor readers;

  AppendSender(LogStore log, Transport transport, NodeListener listener, Executor readers) {
    this.log = log;
    this.transport = transport;
    this.listener = listener;
    this.readers = readers;
  }

  void send(SendAppend send) {
    if (send.terms().isEmpty()) {
      transport.send(send.to(), new AppendEntries(send.term(), send.prev(), List.of(), send.commitIndex()));
      return;
    }
    List<Entry> cached = log.readCached(firstIndex(send), lastIndex(send), Long.MAX_VALUE);
    if (isWhatWasMeant(send, cached)) {
      transport.send(send.to(), new AppendEntries(send.term(), send.prev(), cached, send.commitIndex()));
    } else {
      readers.execute(() -> readAndSend(send));
    }
  }

  private void readAndSend(SendAppend send) {
    try {
      List<Entry> entries = log.read(firstIndex(send), lastIndex(send), Long.MAX_VALUE);
      if (isWhatWasMeant(send, entries)) {
        transport.send(send.to(), new AppendEntries(send.term(), send.prev(), entries, send.commitIndex()));
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
