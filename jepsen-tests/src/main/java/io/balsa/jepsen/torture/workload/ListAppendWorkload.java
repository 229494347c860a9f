package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.Guard;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.kv.Transaction;
import io.balsa.client.kv.TxnResult;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Lists that are read and appended to by all kinds of transactions, by the session and without it. A few lists are in use at a time and
 * left for new ones after some elements, so that none becomes long; at the end all that ever were are read in one transaction.
 *
 * <p>Function: {@code txn} of a list of ["append", key, element] and ["r", key, null], answered by the same with what was read in place of
 * the null. Keys are text, elements whole numbers of which none is appended twice. A transaction that conflicts has failed.
 */
public final class ListAppendWorkload implements Workload {
  private static final int LISTS = 5;
  private static final int ELEMENTS_BEFORE_NEW_LISTS = 100;
  private static final int TRIES_AT_THE_END = 3;

  private final String prefix = Steps.prefix("list-append");
  private final AtomicLong elements = new AtomicLong();
  /** By the number of a client; of each list what it saw last, as it is stored. One thread each. */
  private final Map<Integer, Map<String, String>> lastSeen = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "list-append";
  }

  @Override
  public String description() {
    return "transactions that read lists and append to them: strict serializable";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("txn");
  }

  @Override
  public long okLeast() {
    return 1000;
  }

  private long generation() {
    return elements.get() / ELEMENTS_BEFORE_NEW_LISTS;
  }

  private String prefix(long generation) {
    return prefix + generation + "/";
  }

  private static List<String> lists(String generation) {
    return IntStream.range(0, LISTS).mapToObj(list -> generation + list).toList();
  }

  /** One of those that are in use. */
  private String list(Random random) {
    return prefix(generation()) + random.nextInt(LISTS);
  }

  @Override
  public void step(TortureClient client) {
    Random random = client.random();
    BalsaClient sdk = client.client();
    Kv kv = random.nextBoolean() ? sdk.kv() : sdk.unaryKv();
    switch (random.nextInt(10)) {
      case 0 -> readOne(client, kv);
      case 1 -> readAll(client, kv);
      case 2, 3 -> appendInOneTrip(client, kv);
      case 4 -> transaction(client, this::appendAfterRange);
      default -> transaction(client, (tx, step) -> readAndAppend(tx, step, random));
    }
  }

  private void readOne(TortureClient client, Kv kv) {
    String key = list(client.random());
    ListStep step = new ListStep(client);
    try {
      step.read(key, ListStep.text(kv.get(key)));
    } catch (BalsaException e) {
      step.reads(key);
      step.failed(e);
      return;
    }
    step.done();
  }

  private void readAll(TortureClient client, Kv kv) {
    String generation = prefix(generation());
    readAll(client, kv, generation, lists(generation));
  }

  /** Whether it was answered. */
  private static boolean readAll(TortureClient client, Kv kv, String among, List<String> keys) {
    ListStep step = new ListStep(client);
    try {
      step.readAll(keys, kv.range(KeyRange.prefix(among), new RangeOption[0]));
    } catch (BalsaException e) {
      keys.forEach(step::reads);
      step.failed(e);
      return false;
    }
    step.done();
    return true;
  }

  private void readAndAppend(Transaction tx, ListStep step, Random random) {
    for (int operations = 1 + random.nextInt(4); operations > 0; operations--) {
      String key = list(random);
      step.read(key, ListStep.text(tx.get(key)));
      if (random.nextBoolean()) {
        tx.put(key, step.append(key, elements.getAndIncrement()));
      }
    }
  }

  private void appendAfterRange(Transaction tx, ListStep step) {
    String generation = prefix(generation());
    step.readAll(lists(generation), tx.range(KeyRange.prefix(generation), new RangeOption[0]));
    long element = elements.getAndIncrement();
    String key = generation + element % LISTS;
    tx.put(key, step.append(key, element));
  }

  private static void transaction(TortureClient client, BiConsumer<Transaction, ListStep> body) {
    ListStep step = new ListStep(client);
    try (Transaction tx = client.client().transaction()) {
      body.accept(tx, step);
      tx.commit();
    } catch (BalsaException e) {
      step.failed(e);
      return;
    }
    step.done();
  }

  /**
   * Without a read before it: the guard holds the list to what this client saw last, and if it holds, that counts as read in the
   * transaction. So this is a mutation from the first message on, and in a failover its outcome is unknown. If the guard does not hold it
   * was a transaction that only read.
   */
  private void appendInOneTrip(TortureClient client, Kv kv) {
    String key = list(client.random());
    String other = list(client.random());
    Map<String, String> seen = lastSeen.computeIfAbsent(client.number(), added -> new HashMap<>());
    String known = seen.getOrDefault(key, "");
    ListStep appending = new ListStep(client);
    ListStep reading = new ListStep(client);
    appending.read(key, known);
    String longer = appending.append(key, elements.getAndIncrement());
    TxnResult result;
    try {
      result = kv.txn().when(known.isEmpty() ? Guard.missing(key) : Guard.valueEquals(key, known))
          .then(Op.put(key, longer), Op.get(key), Op.get(other)).otherwise(Op.get(key), Op.get(other)).commit();
    } catch (BalsaException e) {
      appending.reads(key);
      appending.reads(other);
      appending.failed(e);
      return;
    }
    int at = result.size() - 2;
    ListStep done = result.succeeded() ? appending : reading;
    done.read(key, ListStep.text(result.get(at)));
    done.read(other, ListStep.text(result.get(at + 1)));
    done.done();
    seen.put(key, ListStep.text(result.get(at)));
  }

  @Override
  public void finish(TortureClient client) {
    List<String> all = new ArrayList<>();
    for (long generation = 0; generation <= generation(); generation++) {
      all.addAll(lists(prefix(generation)));
    }
    for (int tries = 0; tries < TRIES_AT_THE_END; tries++) {
      if (readAll(client, client.client().unaryKv(), prefix, all)) {
        return;
      }
    }
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return TimedCheck.within(most, () -> ListHistories.check(history));
  }
}
