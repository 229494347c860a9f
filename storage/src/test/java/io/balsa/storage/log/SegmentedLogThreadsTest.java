package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.term;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The threads of a node on a real disk. */
@Timeout(60)
class SegmentedLogThreadsTest {
  @TempDir
  Path directory;

  @Test
  void raftThreadLogWriterMaintenanceAndReadersWorkAtOnce() throws Exception {
    int syncs = 3_000;
    SegmentedLog log = SegmentedLog.open(new FileDisk(directory),
        Logs.creating().withSegmentBytes(64 * FrameFormat.PAGE_BYTES).withCacheBytes(20_000));
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong stable = new AtomicLong();
    List<Entry> model = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> others = new ArrayList<>();
      others.add(threads.submit(writer(log, syncs)));
      others.add(threads.submit(until(ended, log::maintain)));
      for (int i = 0; i < 2; i++) {
        SplittableRandom random = new SplittableRandom(i);
        others.add(threads.submit(until(ended, () -> readSomething(log, stable, random))));
      }
      actAsRaftThread(log, syncs, model, stable);
      others.get(0).get();
      ended.set(true);
      for (Future<?> other : others) {
        other.get();
      }
    } finally {
      ended.set(true);
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(log.read(1, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(model);
    log.close();
    try (SegmentedLog again = SegmentedLog.open(new FileDisk(directory), Logs.options())) {
      assertThat(again.read(1, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(model);
    }
  }

  /** Appends and truncates; entries up to {@code stable} are never truncated. */
  private static void actAsRaftThread(SegmentedLog log, int syncs, List<Entry> model, AtomicLong stable) {
    SplittableRandom random = new SplittableRandom(99);
    for (int seq = 1; seq <= syncs; seq++) {
      if (random.nextInt(10) == 0 && model.size() > stable.get()) {
        log.saveHardState(term(seq));
        int from = (int) stable.get() + 1 + random.nextInt(model.size() - (int) stable.get());
        log.truncateFrom(from);
        model.subList(from - 1, model.size()).clear();
      } else if (seq == 1) {
        log.saveHardState(term(1));
      }
      List<Entry> more = new ArrayList<>();
      long term = model.isEmpty() ? 1 : model.get(model.size() - 1).term();
      for (int i = random.nextInt(6); i >= 0; i--) {
        more.add(entry(term, model.size() + more.size() + 1, random.nextInt(500)));
      }
      log.append(more);
      model.addAll(more);
      log.requestSync(seq);
      stable.set(Math.max(stable.get(), model.size() - 50));
    }
  }

  private static Callable<Void> writer(SegmentedLog log, int syncs) {
    return () -> {
      long done = 0;
      while (done < syncs) {
        long now = log.persistPending();
        if (now == LogStore.NOTHING) {
          Thread.onSpinWait();
        } else {
          assertThat(now).isGreaterThan(done);
          done = now;
        }
      }
      return null;
    };
  }

  private interface Work {
    boolean run() throws IOException;
  }

  private static Callable<Void> until(AtomicBoolean ended, Work work) {
    return () -> {
      while (!ended.get()) {
        if (!work.run()) {
          Thread.onSpinWait();
        }
      }
      return null;
    };
  }

  private static boolean readSomething(SegmentedLog log, AtomicLong stable, SplittableRandom random)
      throws IOException {
    long end = stable.get();
    if (end < 1) {
      return false;
    }
    long from = 1 + random.nextLong(end);
    List<Entry> found = log.read(from, from + random.nextInt(100), 1 + random.nextInt(20_000));
    assertThat(found).isNotEmpty();
    long term = 1;
    for (int i = 0; i < found.size(); i++) {
      Entry read = found.get(i);
      assertThat(read).isEqualTo(entry(read.term(), from + i, read.payload().size()));
      assertThat(read.term()).isGreaterThanOrEqualTo(term);
      term = read.term();
    }
    return true;
  }

  @Test
  void L5_theLogIsCompactedWhileItIsWrittenAndReadAndItsFilesStayFew() throws Exception {
    int syncs = 3_000;
    FileDisk disk = new FileDisk(directory);
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating().withCacheBytes(5_000));
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong durable = new AtomicLong();
    AtomicLong base = new AtomicLong();
    AtomicLong filesMax = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> others = new ArrayList<>();
      others.add(threads.submit(until(ended, () -> {
        long now = log.persistPending();
        durable.accumulateAndGet(now, Math::max);
        return now != LogStore.NOTHING;
      })));
      others.add(threads.submit(until(ended, () -> {
        filesMax.accumulateAndGet(disk.list().size(), Math::max);
        return log.maintain();
      })));
      for (int i = 0; i < 2; i++) {
        SplittableRandom random = new SplittableRandom(i);
        others.add(threads.submit(until(ended, () -> readAtTheBegin(log, base, durable, random))));
      }
      // One entry a sync, each of a page, seven in a segment: as the raft thread, which keeps the newest fifty.
      log.saveHardState(term(1));
      for (int seq = 1; seq <= syncs; seq++) {
        log.append(List.of(entry(1, seq, 3_000)));
        log.requestSync(seq);
        while (durable.get() < seq - 100) {
          Thread.onSpinWait();
        }
        base.set(log.compactTo(Math.max(base.get(), durable.get() - 50)).index());
      }
      while (durable.get() < syncs) {
        Thread.onSpinWait();
      }
      ended.set(true);
      for (Future<?> other : others) {
        other.get();
      }
    } finally {
      ended.set(true);
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    LogId last = log.compactTo(syncs - 50);
    Logs.maintainAll(log);
    // Whole segments go: a writer that was behind puts up to a hundred syncs into one frame, and so into one segment.
    assertThat(last.index()).isGreaterThan(syncs - 50 - 110);
    assertThat(disk.list()).hasSizeLessThan(15);
    // All that is ever there: what is kept, what readers hold, what waits for the maintenance thread.
    assertThat(filesMax.get()).isLessThan(200);
    log.close();
    try (SegmentedLog again = SegmentedLog.open(disk, Logs.options().withApplied(new LogId(1, syncs)))) {
      assertThat(again.recovered().index().base()).isEqualTo(last);
      assertThat(Logs.readAll(again)).hasSize((int) (syncs - last.index())).endsWith(entry(1, syncs, 3_000));
    }
  }

  /** Where the compaction is at work: what is read is right, or it is gone. */
  private static boolean readAtTheBegin(SegmentedLog log, AtomicLong base, AtomicLong durable, SplittableRandom random)
      throws IOException {
    long from = base.get() + 1 + random.nextInt(10);
    if (from > durable.get()) {
      return false;
    }
    List<Entry> found = log.read(from, from + 30, 1 + random.nextInt(60_000));
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isEqualTo(entry(1, from + i, 3_000));
    }
    // The raft thread may not have said yet what it has just compacted.
    if (found.isEmpty()) {
      assertThat(log.read(from, from, 1)).as("what is gone stays gone").isEmpty();
    }
    return true;
  }

  @Test
  void C1_aTruncationDuringTheSyncOfWhatItTakesBack() throws IOException {
    SimDisk disk = new SimDisk();
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(3));
    log.append(Logs.entries(1, 1, 6));
    log.requestSync(1);
    // The raft thread goes on while the log writer waits for the disk.
    disk.faults((operation, file) -> {
      if (operation == Faults.Operation.SYNC) {
        disk.faults(Faults.NONE);
        log.truncateFrom(4);
        log.append(Logs.entries(2, 4, 5));
        assertThat(log.readCached(1, 9, Long.MAX_VALUE)).hasSize(5).endsWith(entry(2, 5));
      }
      return Faults.Fault.NONE;
    });
    assertThat(log.persistPending()).isEqualTo(1);
    List<Entry> expected = new ArrayList<>(Logs.entries(1, 1, 3));
    expected.addAll(Logs.entries(2, 4, 5));
    // What the disk holds at 4 and 5 is not what the log holds there.
    assertThat(Logs.readAll(log)).isEqualTo(expected);
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options())))
        .isEqualTo(Logs.entries(1, 1, 6));
    log.requestSync(2);
    assertThat(log.persistPending()).isEqualTo(2);
    assertThat(Logs.readAll(log)).isEqualTo(expected);
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options()))).isEqualTo(expected);
  }

  @Test
  void aTruncationInTheMiddleOfAReadEndsIt() throws IOException {
    SimDisk disk = new SimDisk();
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(2));
    for (int seq = 1; seq <= 20; seq++) {
      log.append(Logs.entries(1, seq, seq));
      log.requestSync(seq);
      log.persistPending();
    }
    disk.onRead(() -> {
      disk.onRead(() -> {
      });
      log.truncateFrom(2);
      log.append(Logs.entries(2, 2, 30));
    });
    // It began in the old log and may end in it; it must not go on in the new one.
    List<Entry> found = log.read(1, 30, Long.MAX_VALUE);
    assertThat(found).isEqualTo(Logs.entries(1, 1, found.size()));
    assertThat(Logs.readAll(log)).hasSize(30).endsWith(entry(2, 30));
  }

  @Test
  void syncsBeyondTheBoundOfABatchGoIntoTheNextFrame() throws IOException {
    SegmentedLog log = SegmentedLog.open(new SimDisk(), Logs.creating().withBatchBytesMax(1_000));
    log.saveHardState(term(1));
    for (int seq = 1; seq <= 20; seq++) {
      log.append(List.of(entry(1, seq, seq == 11 ? 5_000 : 300)));
      log.requestSync(seq);
    }
    List<Long> done = new ArrayList<>();
    for (long seq = log.persistPending(); seq != LogStore.NOTHING; seq = log.persistPending()) {
      done.add(seq);
    }
    assertThat(done).containsExactly(2L, 4L, 6L, 8L, 10L, 11L, 13L, 15L, 17L, 19L, 20L);
  }

  @Test
  void E3_anInterruptedReaderDoesNotCloseTheFileOfTheLogWriter() throws Exception {
    try (SegmentedLog log = SegmentedLog.open(new FileDisk(directory), Logs.creating())) {
      log.saveHardState(term(1));
      log.append(Logs.entries(1, 1, 3));
      log.requestSync(1);
      log.persistPending();
      AtomicReference<IOException> met = new AtomicReference<>();
      Thread reader = Thread.ofPlatform().start(() -> {
        Thread.currentThread().interrupt();
        try {
          log.read(1, 3, 10_000);
        } catch (IOException e) {
          met.set(e);
        }
      });
      reader.join();
      assertThat(met.get()).isInstanceOf(ClosedByInterruptException.class);
      log.append(Logs.entries(1, 4, 4));
      log.requestSync(2);
      assertThat(log.persistPending()).isEqualTo(2);
    }
    try (SegmentedLog log = SegmentedLog.open(new FileDisk(directory), Logs.options())) {
      assertThat(Logs.readAll(log)).isEqualTo(Logs.entries(1, 1, 4));
    }
  }
}
