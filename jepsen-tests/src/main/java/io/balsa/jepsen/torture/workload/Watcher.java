package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import io.balsa.jepsen.history.Completion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A watch from a revision on, and all that it was told, until it is recorded. Safe for use by any thread. */
final class Watcher implements WatchListener {
  /** Calls of the listener in one recorded operation. */
  private static final int PART = 500;

  private final long number;
  private final String prefix;
  private final List<List<Object>> told = new ArrayList<>();
  private @Nullable Watch watch;
  private @Nullable String ended;

  Watcher(long number, String prefix) {
    this.number = number;
    this.prefix = prefix;
  }

  /**
   * Begins, if it has not begun yet.
   *
   * @throws BalsaException no node serves it now; it may be tried again
   */
  synchronized void open(BalsaClient client, long from) {
    if (watch == null) {
      watch = client.watch(KeyRange.prefix(prefix), this, WatchOption.from(from));
    }
  }

  /** Whether it has begun, has not ended by itself, and was not told everything up to this revision. */
  synchronized boolean isBehind(long revision) {
    return watch != null && ended == null && watch.revision() < revision;
  }

  @Override
  public synchronized void onEvents(List<WatchEvent> events) {
    told.add(List.of(events.get(0).revision(), events.stream().map(this::change).toList()));
  }

  private List<Object> change(WatchEvent event) {
    String key = event.keyUtf8().substring(prefix.length());
    return event.isDelete() ? List.of(key) : List.of(key, Long.parseLong(event.utf8()), event.keyValue().version());
  }

  @Override
  public synchronized void onEnd(BalsaException why) {
    ended = String.valueOf(why.getMessage());
  }

  /** All of it goes into the history. One that never began has nothing to say. */
  synchronized void record(TortureClient client) {
    if (watch == null) {
      return;
    }
    long upTo = watch.revision();
    long invoked = client.now();
    if (ended != null) {
      client.add("watch", List.of(number, -1L), null, invoked, Completion.FAILED, ended);
    }
    for (int from = 0, part = 0; from < told.size() || part == 0; from += PART, part++) {
      List<List<Object>> some = List.copyOf(told.subList(from, Math.min(from + PART, told.size())));
      client.add("watch", List.of(number, (long) part), List.of(upTo, some), invoked, Completion.OK, null);
    }
  }
}
