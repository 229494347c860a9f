package io.balsa.server.transport;

import java.util.concurrent.atomic.LongAdder;

/** What the links of this node have done since it started. */
public final class LinkCounters {
  final LongAdder sent = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder unreadable = new LongAdder();

  /** Messages handed to a connection. */
  public long sent() {
    return sent.sum();
  }

  /** Messages that came in and were understood. */
  public long received() {
    return received.sum();
  }

  /** Messages not sent because the peer was not connected or its queue was full. */
  public long dropped() {
    return dropped.sum();
  }

  /** Messages that came in and were not understood. */
  public long unreadable() {
    return unreadable.sum();
  }
}
