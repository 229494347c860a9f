package io.balsa.cli.demo;

import io.balsa.cli.Numbers;
import io.balsa.cli.Table;
import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Tellers that move money between accounts by transactions, and readers that add the accounts up: the sum must be the same in
 * every read. A teller counts its transfers in the transactions themselves, so one that was lost or done twice shows.
 */
final class Bank implements Scenario {
  private static final int TELLERS = 8;
  private static final int READERS = 2;
  private static final int ACCOUNTS = 10;
  private static final long OPENING = 1000;
  private static final long TOTAL = ACCOUNTS * OPENING;
  private static final String PREFIX = "demo/account/";
  private static final Duration BETWEEN_READS = Duration.ofMillis(5);

  private final List<Tally> tallies = IntStream.range(0, TELLERS).mapToObj(teller -> new Tally()).toList();
  private final Tally reads = new Tally();
  private final AtomicLong wrongSums = new AtomicLong();
  private volatile long lastWrongSum;
  private final Workers tellers;
  private final Workers readers;

  Bank(String endpoints) {
    tellers = new Workers("teller", endpoints, TELLERS, Duration.ZERO, this::transfer);
    readers = new Workers("reader", endpoints, READERS, BETWEEN_READS, this::addUp);
  }

  private static String account(int number) {
    return PREFIX + number;
  }

  private static String transfersOf(int teller) {
    return "demo/teller-" + (teller + 1);
  }

  private void transfer(BalsaClient client, int teller, long turn) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int first = random.nextInt(ACCOUNTS);
    String from = account(first);
    String to = account((first + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS);
    long wanted = 1L + random.nextInt(50);
    Tally tally = tallies.get(teller);
    try {
      client.transact(tx -> {
        long has = tx.getLong(from);
        long amount = Math.min(wanted, has); // an account is never overdrawn; moving nothing is a transfer like any
        tx.put(from, has - amount);
        tx.put(to, tx.getLong(to) + amount);
        tx.put(transfersOf(teller), tx.getLong(transfersOf(teller)) + 1);
        return amount;
      });
      tally.acknowledge();
    } catch (BalsaException e) {
      tally.failed(e);
    }
  }

  /** By a range at one revision, and every other time by a transaction that only reads. */
  private void addUp(BalsaClient client, int reader, long turn) {
    try {
      long sum = turn % 2 == 0 ? sum(client) : client.transact(tx -> {
        long inTransaction = 0;
        for (int i = 0; i < ACCOUNTS; i++) {
          inTransaction += tx.getLong(account(i));
        }
        return inTransaction;
      });
      reads.acknowledge();
      if (sum != TOTAL) {
        wrongSums.incrementAndGet();
        lastWrongSum = sum;
      }
    } catch (BalsaException e) {
      reads.failed(e);
    }
  }

  private static long sum(BalsaClient client) {
    long sum = 0;
    for (KeyValue account : client.kv().range(KeyRange.prefix(PREFIX))) {
      sum += Long.parseLong(account.utf8());
    }
    return sum;
  }

  @Override
  public String title() {
    return TELLERS + " tellers move money between " + ACCOUNTS + " accounts by transactions; " + READERS
        + " readers add them up";
  }

  @Override
  public void prepare(BalsaClient client) {
    client.transact(tx -> {
      for (int i = 0; i < ACCOUNTS; i++) {
        tx.put(account(i), OPENING);
      }
      return TOTAL;
    });
  }

  @Override
  public void start() {
    tellers.start();
    readers.start();
  }

  @Override
  public void stop() {
    tellers.stop();
    readers.stop();
  }

  @Override
  public void join() throws InterruptedException {
    tellers.join();
    readers.join();
  }

  @Override
  public String progress() {
    return Numbers.grouped(tallies.stream().mapToLong(Tally::acknowledged).sum()) + " transfers, "
        + Numbers.grouped(reads.acknowledged()) + " sums";
  }

  @Override
  public Verdict look(BalsaClient client) {
    List<String> wrong = new ArrayList<>();
    long acknowledged = 0;
    long unknown = 0;
    long notDone = 0;
    long stored = 0;
    for (int teller = 0; teller < TELLERS; teller++) {
      Tally tally = tallies.get(teller);
      long counted = client.counter(transfersOf(teller)).get();
      String result = Counters.result(counted, tally.acknowledged(), tally.unknown());
      if (!result.equals(Counters.EXACT)) {
        wrong.add(transfersOf(teller) + ": " + result + Counters.because(tally));
      }
      acknowledged += tally.acknowledged();
      unknown += tally.unknown();
      notDone += tally.notDone();
      stored += counted;
    }
    if (wrongSums.get() > 0) {
      wrong
          .add(wrongSums + " reads of the accounts found another sum than " + TOTAL + ", the last one " + lastWrongSum);
    }
    if (reads.acknowledged() == 0) {
      wrong.add("no read of the accounts succeeded" + Counters.because(reads));
    }
    long sum = sum(client);
    if (sum != TOTAL) {
      wrong.add("the accounts hold " + sum + " at the end, not " + TOTAL);
    }
    Table table = new Table("BANK", ">TRANSFERS", ">UNKNOWN", ">NOT DONE", ">STORED", ">SUM", ">READS", ">WRONG SUMS",
        "RESULT");
    table.row(ACCOUNTS + " accounts", Numbers.grouped(acknowledged), Numbers.grouped(unknown), Numbers.grouped(notDone),
        Numbers.grouped(stored), Numbers.grouped(sum), Numbers.grouped(reads.acknowledged()),
        Numbers.grouped(wrongSums.get()), wrong.isEmpty() ? Counters.EXACT : "WRONG");
    return new Verdict(table.lines(""), wrong);
  }
}
