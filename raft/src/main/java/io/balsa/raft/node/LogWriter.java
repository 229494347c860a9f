package io.balsa.raft.node;

import io.balsa.raft.action.Send;
import io.balsa.raft.action.Sync;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.Transport;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The stage that makes buffered writes durable, as many at a time as have gathered (group commit), and then releases the
 * messages that had to wait for them. Heartbeats never wait here.
 */
final class LogWriter {
  private final LogStore log;
  private final Transport transport;
  private final ConcurrentLinkedQueue<Sync> requested = new ConcurrentLinkedQueue<>();

  LogWriter(LogStore log, Transport transport) {
    this.log = log;
    this.transport = transport;
  }

  /** Raft thread. The messages are queued before the sync is asked for, so that its completion finds them. */
  void request(Sync sync) {
    requested.add(sync);
    log.requestSync(sync.seq());
  }

  /** @return the newest sync that is now durable, or {@link LogStore#NOTHING} */
  long persist() throws IOException {
    return log.persistPending();
  }

  /** Sends what had to wait for this sync. The core is told first: an answer must not overtake the news of the sync. */
  void release(long durable) {
    for (Sync sync = requested.peek(); sync != null && sync.seq() <= durable; sync = requested.peek()) {
      requested.remove();
      for (Send send : sync.thenSend()) {
        transport.send(send.to(), send.incarnation(), send.message());
      }
    }
  }
}
