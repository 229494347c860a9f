package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.routing.ReadBalance;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/**
 * One watch of a prefix from the first revision on, by a client of its own, and what it was told: every change of every key, which the
 * version numbers prove, in order, all changes of one revision together. At the end the keys as told are the keys as read.
 */
public final class WatchedKeys implements AutoCloseable {
  private final String prefix;
  private final BalsaClient client;
  private final Watch watch;
  private final long millisAnEvent;

  // Guarded by this.
  private final Map<String, KeyValue> told = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final CRC32 sequence = new CRC32();
  private long events;
  private long revision;
  private int resumed;
  private String node = "";

  /**
   * Begins.
   *
   * @param millisAnEvent how long the listener takes for each; 0: it is quick
   */
  public WatchedKeys(String prefix, String endpoints, ReadBalance balance, long millisAnEvent) {
    this.prefix = prefix;
    this.millisAnEvent = millisAnEvent;
    this.client = BalsaClient.builder().endpoints(endpoints).readBalance(balance).build();
    this.watch = client.watch(KeyRange.prefix(prefix), new Listener(), WatchOption.from(1));
  }

  private final class Listener implements WatchListener {
    @Override
    public void onEvents(List<WatchEvent> together) {
      if (millisAnEvent > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millisAnEvent));
      }
      take(together);
    }

    @Override
    public void onConnected(String endpoint, long from) {
      servedBy(endpoint);
    }

    @Override
    public void onResumed(String endpoint, long from) {
      servedBy(endpoint);
      resumed();
    }

    @Override
    public void onEnd(BalsaException why) {
      isWrong("the watch ended: " + why.getMessage());
    }
  }

  private synchronized void servedBy(String endpoint) {
    node = endpoint;
  }

  private synchronized void resumed() {
    resumed++;
  }

  private synchronized void isWrong(String what) {
    wrong.add("watch of '" + prefix + "': " + what);
  }

  private synchronized void take(List<WatchEvent> together) {
    for (WatchEvent event : together) {
      if (event.revision() != together.getFirst().revision() || event.revision() <= revision) {
        isWrong(event + " comes after revision " + revision + " and with " + together.getFirst());
      }
      KeyValue before = told.get(event.keyUtf8());
      if (event.isDelete()) {
        if (before == null) {
          isWrong(event + ", and there was none");
        }
        told.remove(event.keyUtf8());
      } else {
        KeyValue now = event.keyValue();
        if (now.version() != (before == null ? 1 : before.version() + 1)) {
          isWrong(event + " is version " + now.version() + " and follows " + before);
        }
        told.put(event.keyUtf8(), now);
      }
      sequence.update((event + "\n").getBytes(StandardCharsets.UTF_8));
      events++;
    }
    revision = together.getLast().revision();
  }

  /** Whether it was told everything up to this revision. */
  public boolean isComplete(long upTo) {
    return watch.revision() >= upTo;
  }

  /** What is wrong with what was told until now, when nobody writes and it is complete. */
  public synchronized List<String> check(Kv reader) {
    Map<String, KeyValue> stored = new TreeMap<>();
    for (KeyValue row : reader.range(KeyRange.prefix(prefix), new RangeOption[0])) {
      stored.put(row.keyUtf8(), row);
    }
    if (!stored.equals(told)) {
      isWrong("it was told of " + told.size() + " keys and there are " + stored.size() + ", or their versions differ");
    }
    return List.copyOf(wrong);
  }

  /** Of all events in their order: equal for all watches of a prefix. */
  public synchronized long sequence() {
    return sequence.getValue();
  }

  public String prefix() {
    return prefix;
  }

  public synchronized long events() {
    return events;
  }

  /** The address of the node that serves it, or that served it last; empty: none has yet. */
  public synchronized String node() {
    return node;
  }

  public synchronized int resumedTimes() {
    return resumed;
  }

  @Override
  public synchronized String toString() {
    return "watch of '" + prefix + "': " + events + " events up to revision " + watch.revision() + ", resumed "
        + resumed
        + " times";
  }

  @Override
  public void close() {
    watch.close();
    client.close();
  }
}
