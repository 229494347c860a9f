package io.balsa.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.client.error.InvalidRequestException;
import io.balsa.client.error.OutcomeUnknownException;
import io.balsa.client.error.RefusedException;
import io.balsa.client.error.TransactionConflictException;
import io.balsa.client.fake.FakeCluster;
import io.balsa.client.kv.Comparison;
import io.balsa.client.kv.Guard;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.Op;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.RangeOption;
import io.balsa.client.kv.Transaction;
import io.balsa.client.kv.TxnResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TransactionTest {
  private FakeCluster cluster;
  private BalsaClient client;

  @BeforeEach
  void start() {
    cluster = new FakeCluster(3);
    client = BalsaClient.builder().endpoints(cluster.endpoints()).timeout(Duration.ofSeconds(30)).build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    cluster.close();
  }

  // ---- the builder

  @Test
  void aTxnChoosesByItsGuardsAndAnswersForEachOperation() {
    client.kv().put("a", "1");
    TxnResult then = client.kv().txn()
        .when(Guard.valueEquals("a", "1"), Guard.version(KeyRange.single("a"), Comparison.EQUAL, 1), Guard.missing("b"))
        .then(Op.get("a"), Op.put("b", "x", PutOption.prevKv()), Op.incr("n", 5), Op.delete("a"),
            Op.range(KeyRange.all()))
        .otherwise(Op.get("b")).commit();
    assertThat(then.succeeded()).isTrue();
    assertThat(then.size()).isEqualTo(5);
    assertThat(then.get(0).orElseThrow().utf8()).isEqualTo("1");
    assertThat(then.put(1).prevKv()).isEmpty();
    assertThat(then.incr(2)).isEqualTo(5);
    assertThat(then.delete(3).deleted()).isEqualTo(1);
    assertThat(then.range(4).stream().map(KeyValue::keyUtf8)).as("it sees those before it").containsExactly("b", "n");
    assertThat(then.kind(2)).isEqualTo("INCR");
    assertThat(then.revision()).isEqualTo(cluster.store().revision()).isEqualTo(3);

    TxnResult otherwise = client.kv().txn().when(Guard.exists("a")).then(Op.put("a", "2")).otherwise(Op.get("b"))
        .commit();
    assertThat(otherwise.succeeded()).isFalse();
    assertThat(otherwise.get(0).orElseThrow().utf8()).isEqualTo("x");
    assertThat(otherwise.revision()).as("nothing was changed").isEqualTo(3);
    assertThatThrownBy(() -> otherwise.incr(0)).isInstanceOf(IllegalStateException.class).hasMessageContaining("GET");
    assertThatThrownBy(() -> otherwise.get(1)).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("1 operations of 'otherwise'");
  }

  @Test
  void guardsOnRangesNumbersAndHistory() {
    client.kv().put("r/1", "m");
    client.kv().put("r/2", "n");
    long revision = client.kv().revision();
    assertThat(holds(Guard.value(KeyRange.prefix("r/"), Comparison.GREATER, bytes("l")))).isTrue();
    assertThat(holds(Guard.value(KeyRange.prefix("r/"), Comparison.LESS, bytes("n")))).isFalse();
    assertThat(holds(Guard.modRevision(KeyRange.prefix("r/"), Comparison.LESS, revision + 1))).isTrue();
    assertThat(holds(Guard.createRevision(KeyRange.single("r/2"), Comparison.EQUAL, revision))).isTrue();
    assertThat(holds(Guard.lease(KeyRange.prefix("r/"), Comparison.EQUAL, 0))).isTrue();
    assertThat(holds(Guard.missing(KeyRange.prefix("q/")))).isTrue();
    assertThat(holds(Guard.unchangedSince(KeyRange.prefix("r/"), revision))).isTrue();
    client.kv().delete("r/1");
    assertThat(holds(Guard.unchangedSince(KeyRange.prefix("r/"), revision))).as("a delete is a change").isFalse();
    assertThat(holds(Guard.lockHeld("l", 7))).isFalse();
  }

  private boolean holds(Guard guard) {
    return client.kv().txn().when(guard).commit().succeeded();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aTxnThatIsTooLargeIsRefusedBeforeItIsNumbered() {
    List<Op> puts = new ArrayList<>();
    for (int i = 0; i < 513; i++) {
      puts.add(Op.put("k" + i, "v"));
    }
    assertThatThrownBy(() -> client.kv().txn().then(puts).commit()).isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("TXN_TOO_LARGE").hasMessageContaining("513").hasMessageContaining("512");
    assertThat(client.kv().txn().then(puts.subList(0, 512)).commit().size()).isEqualTo(512);
    assertThat(cluster.store().applied()).hasSize(1);
  }

  @Test
  void aTxnIsOneStepAlsoWithoutASession() {
    assertThat(client.unaryKv().txn().when(Guard.missing("a")).then(Op.put("a", "1")).commit().revision()).isEqualTo(2);
    assertThat(client.unaryKv().putIfAbsent("a", "2").orElseThrow().utf8()).isEqualTo("1");
    assertThat(cluster.store().liveSessions()).isEmpty();
  }

  @Test
  void aFailingOperationRefusesTheWhole() {
    client.kv().put("text", "none");
    assertThatThrownBy(() -> client.kv().txn().then(Op.put("a", "1"), Op.incr("text", 1)).commit())
        .isInstanceOf(RefusedException.class).hasMessageContaining("NOT_A_NUMBER");
    assertThat(client.kv().get("a")).isEmpty();
  }

  @Test
  void putIfAbsentAndCompareAndSet() {
    assertThat(client.kv().putIfAbsent("k", "v1")).isEmpty();
    assertThat(client.kv().putIfAbsent("k", "v2").orElseThrow().utf8()).isEqualTo("v1");
    assertThat(client.kv().compareAndSet("k", "v1", "v2")).isTrue();
    assertThat(client.kv().compareAndSet("k", "v1", "v3")).isFalse();
    assertThat(client.kv().compareAndSet("none", "", "v")).as("a missing key has no value").isFalse();
    assertThat(client.kv().get("k").orElseThrow().utf8()).isEqualTo("v2");
  }

  @Test
  void getAllReadsAtOneRevision() {
    client.kv().put("b", "1");
    client.kv().put("a", "2");
    Map<String, KeyValue> all = client.kv().getAll("a", "none", "b", "a");
    assertThat(all.keySet()).containsExactly("a", "b");
    assertThat(all.get("b").utf8()).isEqualTo("1");
    assertThatThrownBy(() -> client.kv().getAll("a", "")).isInstanceOf(InvalidRequestException.class);
  }

  // ---- transactions

  @Test
  void itReadsItsSnapshotAndItsOwnWrites() {
    client.kv().put("r/a", "1");
    client.kv().put("r/b", "2");
    client.kv().put("r/c", "3");
    try (Transaction tx = client.transaction()) {
      client.kv().put("r/a", "changed");
      client.kv().put("r/new", "added");
      assertThat(tx.get("r/a").orElseThrow().utf8()).isEqualTo("1");
      tx.put("r/b", "20");
      tx.delete("r/c");
      tx.put("r/bb", 7);
      assertThat(tx.get("r/b").orElseThrow().utf8()).isEqualTo("20");
      assertThat(tx.get("r/c")).isEmpty();
      assertThat(tx.getLong("r/bb")).isEqualTo(7);
      assertThat(tx.getLong("none")).isZero();
      assertThat(tx.getAll("r/a", "r/b", "r/c").keySet()).containsExactly("r/a", "r/b");
      assertThat(keys(tx.range(KeyRange.prefix("r/")))).containsExactly("r/a", "r/b", "r/bb");
      assertThat(keys(tx.range(KeyRange.prefix("r/"), RangeOption.descending(), RangeOption.limit(2))))
          .containsExactly("r/bb", "r/b");
      assertThat(keys(tx.range(KeyRange.prefix("r/"), RangeOption.limit(1)))).containsExactly("r/a");
      assertThatThrownBy(() -> tx.range(KeyRange.all(), RangeOption.atRevision(2)))
          .isInstanceOf(InvalidRequestException.class);
      // What incr takes for a number, and nothing else.
      for (String text : List.of("none", "", "+7", "007", "-0", " 7", "\u0667", "9223372036854775808")) {
        tx.put("text", text);
        assertThatThrownBy(() -> tx.getLong("text")).as(text).isInstanceOf(RefusedException.class)
            .hasMessageContaining("NOT_A_NUMBER");
      }
      tx.put("text", Long.MIN_VALUE);
      assertThat(tx.getLong("text")).isEqualTo(Long.MIN_VALUE);
    }
    assertThat(client.kv().get("r/b").orElseThrow().utf8()).as("not committed").isEqualTo("2");
  }

  private static List<String> keys(List<KeyValue> rows) {
    return rows.stream().map(KeyValue::keyUtf8).toList();
  }

  @Test
  void itConflictsWithAChangeOfWhatItRead() {
    client.kv().put("a", "1");
    Transaction tx = client.transaction();
    tx.get("a");
    tx.put("b", "x");
    client.kv().put("a", "2");
    assertThatThrownBy(tx::commit).isInstanceOfSatisfying(TransactionConflictException.class,
        e -> assertThat(e.mayHaveBeenApplied()).isFalse());
    assertThat(client.kv().get("b")).isEmpty();
  }

  @Test
  void itConflictsWithAKeyAddedToARangeThatItRead() {
    Transaction tx = client.transaction();
    assertThat(tx.range(KeyRange.prefix("r/"))).isEmpty();
    tx.put("b", "x");
    client.kv().put("r/1", "phantom");
    assertThatThrownBy(tx::commit).isInstanceOf(TransactionConflictException.class);
  }

  @Test
  void behindTheLimitOfARangeNothingWasRead() {
    client.kv().put("r/1", "x");
    client.kv().put("r/3", "x");
    for (boolean descending : new boolean[]{false, true}) {
      Transaction tx = client.transaction();
      assertThat(descending
          ? tx.range(KeyRange.prefix("r/"), RangeOption.limit(1), RangeOption.descending())
          : tx.range(KeyRange.prefix("r/"), RangeOption.limit(1))).hasSize(1);
      tx.put("b", "x");
      client.kv().put("r/2", "between " + descending);
      tx.commit();
    }
    Transaction tx = client.transaction();
    tx.range(KeyRange.prefix("r/"), RangeOption.limit(2));
    tx.put("b", "y");
    client.kv().put("r/2", "the last row read");
    assertThatThrownBy(tx::commit).isInstanceOf(TransactionConflictException.class);
  }

  @Test
  void ownDeletesDoNotShortenALimitedRange() {
    for (int i = 1; i <= 5; i++) {
      client.kv().put("r/" + i, "x");
    }
    Transaction tx = client.transaction();
    tx.delete("r/1");
    tx.delete("r/2");
    assertThat(keys(tx.range(KeyRange.prefix("r/"), RangeOption.limit(2)))).containsExactly("r/3", "r/4");
  }

  @Test
  void aReadOnlyOneNeverConflictsAndABlindWriteNeither() {
    client.kv().put("a", "1");
    Transaction reader = client.transaction();
    reader.get("a");
    client.kv().put("a", "2");
    assertThat(reader.commit()).isEqualTo(reader.revision());

    Transaction blind = client.transaction();
    blind.put("a", "3");
    client.kv().put("a", "4");
    blind.commit();
    assertThat(client.kv().get("a").orElseThrow().utf8()).isEqualTo("3");
  }

  @Test
  void aCompactedSnapshotIsAConflict() {
    client.kv().put("a", "1");
    Transaction late = client.transaction();
    Transaction later = client.transaction();
    later.get("a");
    later.put("b", "x");
    client.kv().put("a", "2");
    cluster.store().compact(cluster.store().revision());
    assertThatThrownBy(() -> late.get("a")).isInstanceOf(TransactionConflictException.class)
        .hasMessageContaining("compacted");
    assertThatThrownBy(later::commit).isInstanceOf(TransactionConflictException.class);
  }

  @Test
  void afterItsEndEveryCallThrows() {
    Transaction committed = client.transaction();
    committed.put("a", "1");
    committed.commit();
    Transaction rolledBack = client.transaction();
    rolledBack.put("a", "2");
    rolledBack.rollback();
    for (Transaction over : List.of(committed, rolledBack)) {
      assertThat(over.isOpen()).isFalse();
      assertThatThrownBy(() -> over.get("a")).isInstanceOf(IllegalStateException.class).hasMessageContaining("over");
      assertThatThrownBy(() -> over.range(KeyRange.all())).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> over.put("a", "3")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> over.delete("a")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(over::commit).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(over::rollback).isInstanceOf(IllegalStateException.class);
      over.close();
    }
    assertThat(client.kv().get("a").orElseThrow().utf8()).isEqualTo("1");
  }

  @Test
  void transactRunsAgainAfterAConflictAndRollsBackWhatItsBodyThrows() {
    AtomicInteger runs = new AtomicInteger();
    long sum = client.transact(tx -> {
      long n = tx.getLong("n");
      if (runs.incrementAndGet() <= 3) {
        client.kv().incr("n", 10); // somebody else
      }
      tx.put("n", n + 1);
      return n + 1;
    });
    assertThat(runs).hasValue(4);
    assertThat(sum).isEqualTo(31);
    assertThatThrownBy(() -> client.transact(tx -> {
      tx.put("n", "gone");
      throw new IllegalArgumentException("no");
    })).isInstanceOf(IllegalArgumentException.class).hasMessage("no");
    assertThat(client.counter("n").get()).isEqualTo(31);
  }

  @Test
  void transactGivesUpAfterItsBound() {
    AtomicInteger runs = new AtomicInteger();
    assertThatThrownBy(() -> client.transact(tx -> {
      tx.getLong("n");
      runs.incrementAndGet();
      client.kv().incr("n", 1);
      tx.put("m", "x");
      return null;
    })).isInstanceOf(TransactionConflictException.class);
    assertThat(runs).hasValue(40);
  }

  @Test
  void theAsyncTwinRunsAgainToo() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CompletableFuture<Long> sum = client.transactAsync(tx -> tx.getLongAsync("n").thenCompose(n -> {
      CompletableFuture<Long> other = runs.incrementAndGet() == 1
          ? client.kv().incrAsync("n", 5)
          : CompletableFuture.completedFuture(0L);
      return other.thenApply(ignored -> {
        tx.put("n", n + 1);
        return n + 1;
      });
    }));
    assertThat(sum.get(30, TimeUnit.SECONDS)).isEqualTo(6);
    assertThat(runs).hasValue(2);
  }

  /** Serializability with one invariant: whatever the interleaving, the sum stays; every reader sees it in each read. */
  @Test
  void concurrentTellersKeepTheSum() throws Exception {
    for (int i = 0; i < 5; i++) {
      client.kv().put("acct/" + i, "100");
    }
    ExecutorService tellers = Executors.newFixedThreadPool(5);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      RandomGenerator random = new SplittableRandom(t);
      done.add(tellers.submit(() -> {
        for (int i = 0; i < 50; i++) {
          String from = "acct/" + random.nextInt(5);
          String to = "acct/" + random.nextInt(5);
          client.transact(tx -> {
            tx.put(from, tx.getLong(from) - 7);
            tx.put(to, tx.getLong(to) + 7);
            return null;
          });
        }
      }));
    }
    done.add(tellers.submit(() -> {
      for (int i = 0; i < 100; i++) {
        long sum = client.transact(tx -> tx.range(KeyRange.prefix("acct/")).stream()
            .mapToLong(kv -> Long.parseLong(kv.utf8())).sum());
        assertThat(sum).isEqualTo(500);
      }
    }));
    for (Future<?> one : done) {
      one.get(50, TimeUnit.SECONDS);
    }
    tellers.shutdown();
    Map<String, Long> balances = new TreeMap<>();
    client.kv().getAll("acct/0", "acct/1", "acct/2", "acct/3", "acct/4")
        .forEach((key, kv) -> balances.put(key, Long.parseLong(kv.utf8())));
    assertThat(balances.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(500);
  }

  /** A21: the commit's answer is lost with the stream; it is asked for again, and the transaction took effect once. */
  @Test
  void aCommitSurvivesItsStreamsAndRunsOnce() {
    cluster.node(1).cutAfterApplying(5);
    for (int i = 0; i < 40; i++) {
      client.transact(tx -> {
        tx.put("n", tx.getLong("n") + 1);
        return null;
      });
    }
    assertThat(client.counter("n").get()).isEqualTo(40);
    assertThat(cluster.node(1).streamsOpened()).as("streams were cut").isGreaterThan(5);
  }

  /** Applied, and the session is gone before the answer: nobody can tell, and it must not run again. */
  @Test
  void anUnknownOutcomeIsSaidAndNotTriedAgain() {
    AtomicInteger runs = new AtomicInteger();
    cluster.node(1).losesSessionsWithTransactions();
    assertThatThrownBy(() -> client.transact(tx -> {
      runs.incrementAndGet();
      tx.put("n", tx.getLong("n") + 1);
      return null;
    })).isInstanceOfSatisfying(OutcomeUnknownException.class, e -> assertThat(e.mayHaveBeenApplied()).isTrue());
    assertThat(runs).hasValue(1);
    assertThat(client.unaryKv().get("n").orElseThrow().utf8()).isEqualTo("1");
  }
}
