package io.balsa.cli.demo;

import io.balsa.cli.Numbers;
import io.balsa.cli.Table;
import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.routing.ReadBalance;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Clients that watch the counters: each must be told of every increment, one after the other, through every failover. */
final class Watchers implements Scenario {
  private static final KeyRange RANGE = KeyRange.prefix(Counters.PREFIX);
  private static final long LATE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final List<Watcher> watchers;

  Watchers(String endpoints) {
    watchers = List.of(new Watcher("1", endpoints, ReadBalance.LEADER),
        new Watcher("2", endpoints, ReadBalance.ROUND_ROBIN), new Watcher("3", endpoints, ReadBalance.ROUND_ROBIN));
  }

  /** One watch, and what it was told. */
  private static final class Watcher implements WatchListener {
    private final String name;
    private final BalsaClient client;
    private final Map<String, KeyValue> last = new TreeMap<>();
    private long events;
    private long missed;
    private int resumed;
    private String ended = "";

    Watcher(String name, String endpoints, ReadBalance balance) {
      this.name = name;
      this.client = BalsaClient.builder().endpoints(endpoints).readBalance(balance).timeout(TIMEOUT).build();
    }

    void start() {
      Watch unused = client.watch(RANGE, this, WatchOption.from(1));
    }

    @Override
    public synchronized void onEvents(List<WatchEvent> together) {
      for (WatchEvent event : together) {
        KeyValue before = last.put(event.keyUtf8(), event.keyValue());
        if (event.keyValue().number() != (before == null ? 1 : before.number() + 1)) {
          missed++;
        }
        events++;
      }
    }

    @Override
    public synchronized void onResumed(String endpoint, long revision) {
      resumed++;
    }

    @Override
    public synchronized void onEnd(BalsaException why) {
      ended = why.reason();
    }

    synchronized long events() {
      return events;
    }

    synchronized boolean knows(Map<String, KeyValue> stored) {
      return last.equals(stored);
    }

    synchronized String result(Map<String, KeyValue> stored) {
      return !ended.isEmpty() ? "ENDED, " + ended
          : missed > 0 ? "MISSED " + missed : knows(stored) ? Counters.EXACT : "LATE";
    }
  }

  @Override
  public String title() {
    return watchers.size() + " clients watch the counters, at any node";
  }

  @Override
  public void prepare(BalsaClient client) {}

  @Override
  public void start() {
    watchers.forEach(Watcher::start);
  }

  @Override
  public void stop() {}

  @Override
  public void join() {}

  @Override
  public String progress() {
    return Numbers.grouped(watchers.stream().mapToLong(Watcher::events).sum()) + " events";
  }

  @Override
  public Verdict look(BalsaClient client) {
    Map<String, KeyValue> stored = new TreeMap<>();
    for (KeyValue kv : client.kv().range(RANGE)) {
      stored.put(kv.keyUtf8(), kv);
    }
    long giveUp = System.nanoTime() + LATE_NANOS_MAX;
    while (!watchers.stream().allMatch(watcher -> watcher.knows(stored)) && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    List<String> wrong = new ArrayList<>();
    Table table = new Table("WATCH", ">EVENTS", ">NODES LOST", ">MISSED", "RESULT");
    for (Watcher watcher : watchers) {
      String result = watcher.result(stored);
      if (!result.equals(Counters.EXACT)) {
        wrong.add("watch " + watcher.name + ": " + result);
      }
      synchronized (watcher) {
        table.row(watcher.name, Numbers.grouped(watcher.events), Integer.toString(watcher.resumed),
            Numbers.grouped(watcher.missed), result);
      }
      watcher.client.close();
    }
    return new Verdict(table.lines(""), wrong);
  }
}
