package io.balsa.cli.demo;

import io.balsa.cli.Numbers;
import io.balsa.cli.Table;
import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Clients that increment shared counters, each one after the other, as fast as they are answered. */
final class Counters implements Scenario {
  private static final int CLIENTS = 8;
  private static final int COUNTERS = 4;
  /** Of their keys. */
  static final String PREFIX = "demo/counter-";

  private final List<String> names = IntStream.rangeClosed(1, COUNTERS).mapToObj(n -> PREFIX + n).toList();
  private final List<Tally> tallies = names.stream().map(name -> new Tally()).toList();
  private final Workers workers;

  Counters(String endpoints) {
    workers = new Workers("counter", endpoints, CLIENTS, Duration.ZERO, this::count);
  }

  private void count(BalsaClient client, int worker, long turn) {
    int counter = (int) ((worker + turn) % COUNTERS);
    try {
      client.counter(names.get(counter)).increment();
      tallies.get(counter).acknowledge();
    } catch (BalsaException e) {
      tallies.get(counter).failed(e);
    }
  }

  @Override
  public String title() {
    return CLIENTS + " clients increment " + COUNTERS + " counters, as fast as they are answered";
  }

  @Override
  public void prepare(BalsaClient client) {}

  @Override
  public void start() {
    workers.start();
  }

  @Override
  public void stop() {
    workers.stop();
  }

  @Override
  public void join() throws InterruptedException {
    workers.join();
  }

  private long acknowledged() {
    return tallies.stream().mapToLong(Tally::acknowledged).sum();
  }

  @Override
  public String progress() {
    return Numbers.grouped(acknowledged()) + " increments";
  }

  @Override
  public Verdict look(BalsaClient client) {
    List<String> wrong = new ArrayList<>();
    Table table = new Table("COUNTER", ">ACKNOWLEDGED", ">UNKNOWN", ">NOT DONE", ">STORED", "RESULT");
    for (int i = 0; i < COUNTERS; i++) {
      Tally tally = tallies.get(i);
      long stored = client.counter(names.get(i)).get();
      String result = result(stored, tally.acknowledged(), tally.unknown());
      if (!result.equals(EXACT)) {
        wrong.add(names.get(i) + ": " + result + because(tally));
      }
      table.row(names.get(i), Numbers.grouped(tally.acknowledged()), Numbers.grouped(tally.unknown()),
          Numbers.grouped(tally.notDone()), Numbers.grouped(stored), result);
    }
    return new Verdict(table.lines(""), wrong);
  }

  static final String EXACT = "exact";

  /** What a stored number means, given how many operations that each add one were acknowledged and are not known. */
  static String result(long stored, long acknowledged, long unknown) {
    if (stored < acknowledged) {
      return "LOST " + (acknowledged - stored);
    }
    if (stored > acknowledged + unknown) {
      return "TOO MANY, " + (stored - acknowledged - unknown);
    }
    return unknown == 0 ? EXACT : "possible, but " + unknown + " outcomes are unknown";
  }

  /** Why operations failed, where any did. */
  static String because(Tally tally) {
    return tally.lastFailure().isEmpty() ? "" : " (last failure: " + tally.lastFailure() + ")";
  }
}
