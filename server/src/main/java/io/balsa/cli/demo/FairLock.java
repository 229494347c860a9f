package io.balsa.cli.demo;

import io.balsa.cli.Numbers;
import io.balsa.cli.Table;
import io.balsa.client.BalsaClient;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyValue;
import io.balsa.client.kv.PutOption;
import io.balsa.client.lock.LockGrant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Workers that pass one lock from hand to hand. Who holds it reads a number, adds one and writes it back, fenced: two steps that
 * lose a pass as soon as two hold the lock at a time. Beside the number stands the token of who wrote it, which must grow.
 */
final class FairLock implements Scenario {
  private static final int WORKERS = 8;
  private static final String LOCK = "demo/lock";
  private static final String BATON = "demo/baton";
  private static final Duration WAIT_MOST = Duration.ofSeconds(60);

  private final Tally tally = new Tally();
  private final AtomicLongArray turns = new AtomicLongArray(WORKERS);
  private final AtomicLong overlaps = new AtomicLong();
  private final AtomicLong tokensNotGrown = new AtomicLong();
  private final AtomicReference<@Nullable LockGrant> holder = new AtomicReference<>();
  private final Workers workers;

  FairLock(String endpoints) {
    workers = new Workers("lock", endpoints, WORKERS, Duration.ZERO, this::pass);
  }

  private void pass(BalsaClient client, int worker, long turn) {
    try (LockGrant grant = client.lock(LOCK).acquire(WAIT_MOST)) {
      LockGrant other = holder.getAndSet(grant);
      if (other != null && other.isHeld()) {
        overlaps.incrementAndGet();
      }
      try {
        Baton before = client.kv().get(BATON).map(Baton::of).orElse(Baton.NEW);
        if (grant.token() <= before.token()) {
          tokensNotGrown.incrementAndGet();
        }
        client.kv().put(BATON, new Baton(before.passes() + 1, grant.token()).text(), PutOption.fencedBy(grant));
        tally.acknowledge();
        turns.incrementAndGet(worker);
      } finally {
        holder.compareAndSet(grant, null); // before the release: who comes next must not find this grant held
      }
    } catch (BalsaException e) {
      tally.failed(e);
    }
  }

  /**
   * What is passed on.
   *
   * @param passes how often it was
   * @param token of the last one who did
   */
  record Baton(long passes, long token) {
    static final Baton NEW = new Baton(0, 0);

    static Baton of(KeyValue stored) {
      String[] words = stored.utf8().split(" ", 2);
      return new Baton(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    String text() {
      return passes + " " + token;
    }
  }

  @Override
  public String title() {
    return WORKERS + " workers pass one fair lock and write fenced by its token";
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

  @Override
  public String progress() {
    return Numbers.grouped(tally.acknowledged()) + " lock passes";
  }

  @Override
  public Verdict look(BalsaClient client) {
    Baton last = client.kv().get(BATON).map(Baton::of).orElse(Baton.NEW);
    List<String> wrong = new ArrayList<>();
    String result = Counters.result(last.passes(), tally.acknowledged(), tally.unknown());
    if (!result.equals(Counters.EXACT)) {
      wrong.add(BATON + ": " + result + Counters.because(tally));
    }
    if (overlaps.get() > 0) {
      wrong.add("the lock was held by two at a time, " + overlaps + " times");
    }
    if (tokensNotGrown.get() > 0) {
      wrong.add("a later holder had no greater token, " + tokensNotGrown + " times");
    }
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      least = Math.min(least, turns.get(worker));
      most = Math.max(most, turns.get(worker));
    }
    Table table = new Table("LOCK", ">PASSES", ">UNKNOWN", ">NOT DONE", ">STORED", ">TWO HOLDERS", "TOKENS",
        "TURNS EACH",
        "RESULT");
    table.row(LOCK, Numbers.grouped(tally.acknowledged()), Numbers.grouped(tally.unknown()),
        Numbers.grouped(tally.notDone()), Numbers.grouped(last.passes()), Numbers.grouped(overlaps.get()),
        tokensNotGrown.get() == 0 ? "grow" : "DO NOT GROW", Numbers.grouped(least) + "-" + Numbers.grouped(most),
        wrong.isEmpty() ? Counters.EXACT : "WRONG");
    return new Verdict(table.lines(""), wrong);
  }
}
