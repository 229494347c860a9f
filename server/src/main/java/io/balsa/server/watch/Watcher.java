package io.balsa.server.watch;

import io.balsa.storage.mvcc.ChangePosition;
import org.jspecify.annotations.Nullable;

/** One watch, as the hub knows it. Its fields are the hub's. */
public final class Watcher {
  private final WatchHub hub;
  final WatchSpec spec;
  final WatchSink sink;
  /** Nothing before it is sent to this watch. */
  final long start;
  /** Of one that lags, and of one whose start is still to come: what it is to be told next. */
  ChangePosition next;
  /** Null: it lags. */
  @Nullable
  SyncedGroup group;
  /** Its connection takes an update now. */
  boolean ready;
  boolean ended;
  /** Everything up to here was told. */
  long through;
  long toldNanos;

  Watcher(WatchHub hub, WatchSpec spec, long start, WatchSink sink, long nowNanos) {
    this.hub = hub;
    this.spec = spec;
    this.start = start;
    this.sink = sink;
    this.next = ChangePosition.before(start);
    this.through = start - 1;
    this.toldNanos = nowNanos;
  }

  /** The update before was taken, or it was the first: one more may come. Any thread. */
  public void ready() {
    hub.ready(this);
  }

  /** Nobody is there any more to be told. Any thread. */
  public void end() {
    hub.end(this);
  }

  void tell(WatchUpdate update, long nowNanos) {
    ready = false;
    through = update.through();
    toldNanos = nowNanos;
    sink.send(update);
  }
}
