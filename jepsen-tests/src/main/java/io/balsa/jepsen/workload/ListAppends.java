package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.error.TransactionConflictException;
import io.balsa.client.kv.Guard;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.kv.Transaction;
import io.balsa.client.kv.TxnResult;
import io.balsa.client.routing.ReadBalance;
import io.balsa.jepsen.checker.append.History;
import io.balsa.jepsen.checker.append.HistoryRecorder;
import io.balsa.jepsen.checker.append.ListAppendChecker;
import io.balsa.jepsen.checker.append.Report;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Clients that read lists and append to them by all kinds of transactions, and the history of it. A few lists are in
 * use at a time; after some elements all are left for new ones, so that none becomes long. Half of the clients do not
 * wait for a failover, so that outcomes are unknown; half read at any node.
 */
public final class ListAppends extends Worker {
  private static final int LISTS = 5;
  private static final int ELEMENTS_BEFORE_NEW_LISTS = 100;
  private static final int CONFLICTS_MOST = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration IMPATIENCE = Duration.ofMillis(400);

  private final String name;
  private final List<Random> randoms;
  /** By each client, of each list. */
  private final List<Map<String, String>> lastSeen;
  private final HistoryRecorder recorder = new HistoryRecorder();
  private final AtomicLong elements = new AtomicLong();
  private @Nullable Report report;

  /**
   * Starts nothing.
   *
   * @param name its keys begin with it
   * @param seed draws what the transactions do
   */
  public ListAppends(String name, String endpoints, int clients, long seed) {
    super(name, IntStream.range(0, clients)
        .mapToObj(i -> BalsaClient.builder().endpoints(endpoints).timeout(i % 2 == 0 ? PATIENCE : IMPATIENCE)
            .readBalance(i % 4 < 2 ? ReadBalance.LEADER : ReadBalance.RANDOM).build())
        .toList());
    this.name = name;
    this.randoms = IntStream.range(0, clients).mapToObj(i -> new Random(seed + i)).toList();
    this.lastSeen = randoms.stream().<Map<String, String>>map(random -> new HashMap<>()).toList();
  }

  private String lists(long generation) {
    return name + "/" + generation + "/";
  }

  /** One of those that are in use. */
  private String list(Random random) {
    return lists(generation()) + random.nextInt(LISTS);
  }

  private long generation() {
    return elements.get() / ELEMENTS_BEFORE_NEW_LISTS;
  }

  @Override
  void turn(BalsaClient client, int worker, long turn) {
    Random random = randoms.get(worker);
    for (int conflicts = 0;; conflicts++) {
      try {
        attempt(client, worker, random);
        return;
      } catch (TransactionConflictException e) {
        if (conflicts == CONFLICTS_MOST) {
          throw e;
        }
      }
    }
  }

  private void attempt(BalsaClient client, int worker, Random random) {
    switch (random.nextInt(10)) {
      case 0 -> readOne(client.unaryKv(), worker, random);
      case 1 -> readAll(client.unaryKv(), worker);
      case 2, 3 -> appendInOneTrip(random.nextBoolean() ? client.kv() : client.unaryKv(), worker, random);
      case 4 -> appendAfterRange(client, worker, random);
      default -> readAndAppend(client, worker, random);
    }
  }

  private void readOne(Kv kv, int worker, Random random) {
    ListTransaction recorded = new ListTransaction(recorder, worker);
    String key = list(random);
    recorded.read(key, kv.get(key));
    recorded.ended(null);
  }

  private void readAll(Kv kv, int worker) {
    ListTransaction recorded = new ListTransaction(recorder, worker);
    String prefix = lists(generation());
    recorded.readAll(prefix, LISTS, kv.range(KeyRange.prefix(prefix), new RangeOption[0]));
    recorded.ended(null);
  }

  private void readAndAppend(BalsaClient client, int worker, Random random) {
    transaction(client, worker, (tx, recorded) -> {
      for (int operations = 1 + random.nextInt(4); operations > 0; operations--) {
        String key = list(random);
        recorded.read(key, tx.get(key));
        if (random.nextBoolean()) {
          tx.put(key, recorded.append(key, elements.getAndIncrement()));
        }
      }
    });
  }

  private void appendAfterRange(BalsaClient client, int worker, Random random) {
    transaction(client, worker, (tx, recorded) -> {
      String prefix = lists(generation());
      recorded.readAll(prefix, LISTS, tx.range(KeyRange.prefix(prefix), new RangeOption[0]));
      String key = prefix + random.nextInt(LISTS);
      tx.put(key, recorded.append(key, elements.getAndIncrement()));
    });
  }

  private void transaction(BalsaClient client, int worker, BiConsumer<Transaction, ListTransaction> body) {
    ListTransaction recorded = new ListTransaction(recorder, worker);
    try (Transaction tx = client.transaction()) {
      body.accept(tx, recorded);
      tx.commit();
    } catch (BalsaException e) {
      recorded.ended(e);
      throw e;
    }
    recorded.ended(null);
  }

  /**
   * Without a read before it: the guard holds the list to what this client saw last, and if it holds, that counts as
   * read in the transaction. So this is a mutation from the first message on, and in a failover its outcome is
   * unknown.
   */
  private void appendInOneTrip(Kv kv, int worker, Random random) {
    String key = list(random);
    String other = list(random);
    String known = lastSeen.get(worker).getOrDefault(key, "");
    ListTransaction appending = new ListTransaction(recorder, worker);
    ListTransaction reading = new ListTransaction(recorder, worker);
    appending.read(key, known);
    String longer = appending.append(key, elements.getAndIncrement());
    TxnResult result;
    try {
      result = kv.txn().when(known.isEmpty() ? Guard.missing(key) : Guard.valueEquals(key, known))
          .then(Op.put(key, longer), Op.get(key), Op.get(other)).otherwise(Op.get(key), Op.get(other)).commit();
    } catch (BalsaException e) {
      appending.ended(e);
      throw e;
    }
    int at = result.size() - 2;
    ListTransaction done = result.succeeded() ? appending : reading;
    done.read(key, result.get(at));
    done.read(other, result.get(at + 1));
    done.ended(null);
    if (!result.succeeded()) {
      appending.refused();
    }
    lastSeen.get(worker).put(key, ListTransaction.text(result.get(at)));
  }

  /** Reads all lists that ever were, and checks the whole history. */
  @Override
  public List<String> check(Kv reader) {
    ListTransaction last = new ListTransaction(recorder, randoms.size());
    Map<String, KeyValue> stored = new TreeMap<>();
    for (KeyValue row : reader.range(KeyRange.prefix(name + "/"), new RangeOption[0])) {
      stored.put(row.keyUtf8(), row);
    }
    for (long generation = 0; generation <= generation(); generation++) {
      last.readAll(lists(generation), LISTS, stored);
    }
    last.ended(null);
    Report checked = ListAppendChecker.check(history());
    report = checked;
    return checked.isClean() ? List.of() : List.of(checked.toString());
  }

  /** What was done until now. */
  public History history() {
    return recorder.history();
  }

  /** Of the last check. */
  public Report report() {
    if (report == null) {
      throw new IllegalStateException("nothing was checked");
    }
    return report;
  }
}
