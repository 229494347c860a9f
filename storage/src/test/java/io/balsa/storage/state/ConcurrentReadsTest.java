package io.balsa.storage.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Entry;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.memory.MemoryStore;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.RangeChunk;
import io.balsa.storage.mvcc.RangeQuery;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads from other threads while entries are applied. */
final class ConcurrentReadsTest {
  private static final int KEYS = 30;
  private static final int WRITES = 3_000;

  @TempDir
  Path directory;

  @Test
  void r2_rangesInMemoryAreOfOneRevision() throws Exception {
    rangesAreOfOneRevision(new MemoryStore());
  }

  @Test
  void r2_rangesOnRocksDbAreOfOneRevision() throws Exception {
    rangesAreOfOneRevision(RocksStore.open(directory, RocksOptions.DEFAULT));
  }

  /** K2: whoever awaits a request is told once, however the await and the grant race. */
  @Test
  void k2_everyAwaitIsAnsweredOnce() throws Exception {
    Machine m = new Machine(new MemoryStore());
    StateReads reads = m.machine.reads();
    long holder = m.open(60_000);
    long waiter = m.open(60_000);
    AtomicInteger told = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    ExecutorService awaiting = Executors.newSingleThreadExecutor();
    try {
      List<Future<?>> asked = new ArrayList<>();
      for (int i = 1; i <= WRITES; i++) {
        long sequence = i;
        asked.add(awaiting.submit(() -> {
          reads.awaitLock("l", waiter, sequence, new LockCallback() {
            @Override
            public void held(long token) {
              told.incrementAndGet();
              wrong.addAndGet(sequence % 2 == 1 ? 0 : 1);
            }

            @Override
            public void gone() {
              // Only what was released before it was asked for, and the releases themselves.
              told.incrementAndGet();
            }
          });
        }));
        // Odd sequences acquire, even ones release: that request is of no lock, and gone from the begin.
        m.apply(sequence % 2 == 1
            ? Log.numbered(holder, sequence, Log.acquire("l", ""))
            : Log.numbered(waiter, sequence, Log.release("l", waiter, sequence - 1)));
        if (sequence % 2 == 1) {
          m.apply(Log.numbered(waiter, sequence, Log.acquire("l", "")));
          m.apply(Log.numbered(holder, sequence + 1, Log.release("l", holder, sequence)));
        }
      }
      for (Future<?> future : asked) {
        future.get(60, TimeUnit.SECONDS);
      }
      assertThat(wrong.get()).isZero();
      assertThat(told.get()).isEqualTo(WRITES);
    } finally {
      awaiting.shutdownNow();
      assertThat(awaiting.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Write number i sets key i % KEYS at revision i + 2, so what a range holds at any revision is known. */
  private static void rangesAreOfOneRevision(KeyValueStore store) throws Exception {
    Machine m = new Machine(store);
    StateReads reads = m.machine.reads();
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> reader = () -> {
      int ranges = 0;
      while (!done.get() || ranges == 0) {
        TreeMap<String, Long> found = new TreeMap<>();
        RangeQuery query = RangeQuery.of(KeyBounds.ALL, 0).chunk(500, 20).descending(ranges % 2 == 1);
        RangeChunk chunk;
        do {
          chunk = reads.range(query);
          chunk.kvs().forEach(kv -> found.put(kv.getKey().toStringUtf8(), kv.getModRevision()));
          query = query.after(chunk.nextAfter(), chunk.revision());
        } while (!chunk.complete());
        assertThat(found).isEqualTo(expected(chunk.revision()));
        ranges++;
        // The newest version of a key is at least as new as what was published before.
        long published = reads.revision();
        if (published > KEYS + 2) {
          GetResult newest = reads.get(key(0).getBytes(StandardCharsets.UTF_8), 0);
          assertThat(newest.kv().getModRevision()).isGreaterThan(published - KEYS);
          assertThat(newest.revision()).isGreaterThanOrEqualTo(newest.kv().getModRevision());
        }
      }
      return ranges;
    };
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      Future<Integer> first = readers.submit(reader);
      Future<Integer> second = readers.submit(reader);
      for (int i = 0; i < WRITES;) {
        List<Entry> batch = new ArrayList<>();
        for (int j = 0; j < 7 && i < WRITES; j++, i++) {
          batch.add(m.log.command(Log.put(key(i % KEYS), "v")));
        }
        m.machine.apply(batch);
      }
      done.set(true);
      assertThat(first.get(60, TimeUnit.SECONDS)).isPositive();
      assertThat(second.get(60, TimeUnit.SECONDS)).isPositive();
    } finally {
      done.set(true);
      readers.shutdown();
      assertThat(readers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      m.machine.close();
    }
  }

  private static TreeMap<String, Long> expected(long revision) {
    TreeMap<String, Long> expected = new TreeMap<>();
    for (long at = Math.max(2, revision - KEYS + 1); at <= revision; at++) {
      expected.put(key((int) ((at - 2) % KEYS)), at);
    }
    return expected;
  }

  private static String key(int i) {
    return String.format("k%02d", i);
  }

  @Test
  void s5_noWaitForASessionIsForgotten() throws Exception {
    Machine m = new Machine();
    long session = m.open(1_000);
    int waits = 3_000;
    AtomicInteger called = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(waits);
    ExecutorService waiters = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < waits; i++) {
        long after = i / 3;
        waiters.execute(() -> m.machine.reads().awaitSession(session, after, new SessionCallback() {
          @Override
          public void reached() {
            assertThat(m.session(session).lastSequence()).isGreaterThanOrEqualTo(after);
            called.incrementAndGet();
            all.countDown();
          }

          @Override
          public void expired() {
            all.countDown();
          }
        }));
      }
      for (int sequence = 1; sequence <= waits / 3; sequence++) {
        m.apply(Log.numbered(session, sequence, Log.incr("n", 1)).setLowestAwaited(sequence));
      }
      assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(called.get()).isEqualTo(waits);
    } finally {
      waiters.shutdown();
      assertThat(waiters.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
