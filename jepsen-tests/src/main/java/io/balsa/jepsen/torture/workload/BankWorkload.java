package io.balsa.jepsen.torture.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.RangeResult;
import io.balsa.client.kv.Transaction;
import io.balsa.jepsen.checker.BankChecker;
import io.balsa.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Money moved between accounts by transactions, and all accounts read at once, by a range or by a transaction that only reads. Every
 * transfer counts itself in a tally of its teller, in the same transaction. Operations: {@code transfer [teller, from, to, wanted] ->
 * [amount, balance of from, balance of to, tally, revision]}, {@code read ["range" or "transaction"] -> [revision, [balance, ...]]},
 * {@code tallies [] -> [[teller, tally], ...]}.
 */
public final class BankWorkload implements Workload {
  private static final int ACCOUNTS = 10;
  private static final long OPENING = 100;
  private static final int WANTED_MOST = 30;

  private final String prefix = Steps.prefix("bank");
  private final String accounts = prefix + "account/";
  private final String tallies = prefix + "teller/";

  @Override
  public String name() {
    return "bank";
  }

  @Override
  public String description() {
    return "transfers by transactions: the total is always the same, and every balance goes on from where it was";
  }

  @Override
  public String keys() {
    return prefix;
  }

  @Override
  public Set<String> mutations() {
    return Set.of("transfer");
  }

  @Override
  public void prepare(BalsaClient client) {
    client.transact(tx -> {
      for (int i = 0; i < ACCOUNTS; i++) {
        tx.put(accounts + i, OPENING);
      }
      return OPENING;
    });
  }

  @Override
  public void step(TortureClient client) throws InterruptedException {
    switch (client.random().nextInt(5)) {
      case 0 -> client.record("read", List.of("range"), () -> byRange(client.client()));
      case 1 -> client.record("read", List.of("transaction"), () -> client.client().transact(this::byTransaction));
      default -> transfer(client);
    }
  }

  private List<Object> byRange(BalsaClient client) {
    RangeResult rows = client.kv().range(KeyRange.prefix(accounts));
    return List.of(rows.revision(), rows.stream().map(KeyValue::number).toList());
  }

  private List<Object> byTransaction(Transaction tx) {
    List<String> keys = IntStream.range(0, ACCOUNTS).mapToObj(i -> accounts + i).toList();
    Map<String, KeyValue> read = tx.getAll(keys);
    return List.of(tx.revision(), keys.stream().map(key -> number(read, key)).toList());
  }

  private static long number(Map<String, KeyValue> read, String key) {
    KeyValue found = read.get(key);
    return found == null ? 0 : found.number();
  }

  private void transfer(TortureClient client) throws InterruptedException {
    int first = client.random().nextInt(ACCOUNTS);
    int second = (first + 1 + client.random().nextInt(ACCOUNTS - 1)) % ACCOUNTS;
    long wanted = 1L + client.random().nextInt(WANTED_MOST);
    String tally = tallies + client.number();
    client.record("transfer", List.of((long) client.number(), (long) first, (long) second, wanted),
        () -> client.client().transact(tx -> {
          Map<String, KeyValue> read = tx.getAll(accounts + first, accounts + second, tally);
          long from = number(read, accounts + first);
          long to = number(read, accounts + second);
          long done = number(read, tally) + 1;
          long amount = Math.min(wanted, from);
          tx.put(accounts + first, from - amount);
          tx.put(accounts + second, to + amount);
          tx.put(tally, done);
          return List.of(amount, from - amount, to + amount, done, tx.commit());
        }));
  }

  @Override
  public void finish(TortureClient client) throws InterruptedException {
    Steps.untilOk(() -> client.record("read", List.of("range"), () -> byRange(client.client())));
    Steps.untilOk(() -> client.record("tallies", List.of(), () -> client.client().kv()
        .range(KeyRange.prefix(tallies)).stream()
        .map(row -> List.of(Long.parseLong(row.keyUtf8().substring(tallies.length())), row.number())).toList()));
  }

  @Override
  public Verdict check(List<Operation> history, Duration most) {
    return Verdicts.of(BankChecker.check(history, ACCOUNTS, OPENING));
  }
}
