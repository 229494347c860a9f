package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A bank: clients that move money between accounts by transactions, each after it added all accounts up, once by a range and
 * once by a transaction that only reads. Every sum is the same. Each client counts its transfers in the transactions themselves,
 * so afterwards the stored count is that of those acknowledged, plus at most those unknown.
 */
public final class Transfers extends Worker {
  private static final int ACCOUNTS = 10;
  private static final long OPENING = 1000;
  private static final long TOTAL = ACCOUNTS * OPENING;

  private final String name;
  private final int tellers;
  private final AtomicLongArray acknowledged;
  private final AtomicLongArray unknown;
  private final AtomicLong sums = new AtomicLong();
  private final AtomicLong wrongSums = new AtomicLong();

  /** @param name its keys begin with it */
  public Transfers(String name, String endpoints, int tellers) {
    super(name, endpoints, tellers);
    this.name = name;
    this.tellers = tellers;
    this.acknowledged = new AtomicLongArray(tellers);
    this.unknown = new AtomicLongArray(tellers);
  }

  /** Opens the accounts; before the start. */
  public void open(BalsaClient client) {
    client.transact(tx -> {
      for (int i = 0; i < ACCOUNTS; i++) {
        tx.put(account(i), OPENING);
      }
      return TOTAL;
    });
  }

  private String accounts() {
    return name + "/account/";
  }

  private String account(int number) {
    return accounts() + number;
  }

  private String transfersOf(int teller) {
    return name + "/teller/" + teller;
  }

  @Override
  void turn(BalsaClient client, int teller, long turn) {
    if (turn % 4 == 1) {
      added(sum(client.kv()));
    }
    if (turn % 4 == 3) {
      added(client.transact(tx -> {
        long sum = 0;
        for (int i = 0; i < ACCOUNTS; i++) {
          sum += tx.getLong(account(i));
        }
        return sum;
      }));
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int first = random.nextInt(ACCOUNTS);
    String from = account(first);
    String to = account((first + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS);
    long wanted = 1L + random.nextInt(50);
    try {
      client.transact(tx -> {
        long has = tx.getLong(from);
        long amount = Math.min(wanted, has);
        tx.put(from, has - amount);
        tx.put(to, tx.getLong(to) + amount);
        tx.put(transfersOf(teller), tx.getLong(transfersOf(teller)) + 1);
        return amount;
      });
      acknowledged.incrementAndGet(teller);
    } catch (BalsaException e) {
      if (e.mayHaveBeenApplied()) {
        unknown.incrementAndGet(teller);
      }
      throw e;
    }
  }

  private void added(long sum) {
    sums.incrementAndGet();
    if (sum != TOTAL) {
      wrongSums.incrementAndGet();
    }
  }

  private long sum(Kv reader) {
    long sum = 0;
    for (KeyValue account : reader.range(KeyRange.prefix(accounts()))) {
      sum += Long.parseLong(account.utf8());
    }
    return sum;
  }

  /** How often the accounts were added up. */
  public long sums() {
    return sums.get();
  }

  @Override
  public List<String> check(Kv reader) {
    List<String> wrong = new ArrayList<>();
    if (wrongSums.get() > 0) {
      wrong.add(wrongSums + " of " + sums + " sums of " + accounts() + " were not " + TOTAL);
    }
    if (sum(reader) != TOTAL) {
      wrong.add(accounts() + " add up to " + sum(reader) + ", not " + TOTAL);
    }
    for (int teller = 0; teller < tellers; teller++) {
      long stored = reader.get(transfersOf(teller)).map(KeyValue::utf8).map(Long::parseLong).orElse(0L);
      if (stored < acknowledged.get(teller) || stored > acknowledged.get(teller) + unknown.get(teller)) {
        wrong.add(transfersOf(teller) + " is " + stored + "; " + acknowledged.get(teller)
            + " transfers were acknowledged, " + unknown.get(teller) + " unknown");
      }
    }
    return wrong;
  }
}
