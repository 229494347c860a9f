package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.storage.log.FileDisk;
import io.balsa.storage.log.LogOptions;
import io.balsa.storage.log.SegmentedLog;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStores;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.RandomLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * L5 over a long run of mixed load on real files: the log's directory stays bounded, whatever is written, and every
 * restart finds log and state that fit each other. A run stands for hours: its segments are small, and it flushes when
 * a node would.
 */
class BoundedLogTest {
  private static final int ENTRIES = 24_000;
  private static final int KEEP_ENTRIES = 1_000;
  private static final int SEGMENT_BYTES = 256 << 10;
  private static final long FLUSH_BYTES = 512 << 10;
  private static final int BATCH = 20;
  private static final int RESTARTS = 4;

  @TempDir
  Path directory;

  @Test
  void L5_theLogDirectoryStaysBoundedUnderMixedLoadAndAcrossRestarts() throws IOException {
    List<Entry> entries = RandomLog.entries(5, ENTRIES).stream().map(BoundedLogTest::appendable).toList();
    long most = 0;
    long written = 0;
    for (int life = 0; life < RESTARTS; life++) {
      try (KvStateMachine machine = openState(); SegmentedLog log = openLog(machine)) {
        int next = (int) log.recovered().index().lastIndex();
        assertThat(next).as("nothing persisted is lost").isEqualTo(ENTRIES / RESTARTS * life);
        applyUpTo(machine, log, next);
        log.saveHardState(new HardState(1_000 + life, null));
        long sinceFlush = 0;
        for (int seq = 1; next < ENTRIES / RESTARTS * (life + 1); seq++) {
          List<Entry> batch = entries.subList(next, next + BATCH);
          log.append(batch);
          log.requestSync(seq);
          assertThat(log.persistPending()).isEqualTo(seq);
          machine.apply(log.readCached(next + 1, next + BATCH, Long.MAX_VALUE));
          next += BATCH;
          // A frame of this log begins at a page.
          sinceFlush += 4_096;
          written += 4_096;
          if (sinceFlush > FLUSH_BYTES) {
            machine.flush();
            sinceFlush = 0;
          }
          log.compactTo(
              Math.max(firstOf(log, machine), Math.min(machine.flushedApplied().index(), next - KEEP_ENTRIES)));
          log.maintain();
          most = Math.max(most, bytesOf(directory.resolve("log")));
        }
      }
    }
    // What is kept, what waits for a flush, the segment that is written, a spare and one that is being removed.
    long kept = (long) KEEP_ENTRIES / BATCH * 4_096;
    assertThat(most).isLessThan(kept + 2 * FLUSH_BYTES + 4L * SEGMENT_BYTES);
    assertThat(written).as("the test would see a log that only grows").isGreaterThan(2 * most);
    try (KvStateMachine machine = openState(); SegmentedLog log = openLog(machine)) {
      assertThat(log.recovered().index().firstIndex()).isGreaterThan(ENTRIES / 2);
      assertThat(log.recovered().index().lastIndex() - log.recovered().index().base().index())
          .isGreaterThanOrEqualTo(KEEP_ENTRIES);
      applyUpTo(machine, log, ENTRIES);
      assertThat(machine.reads().hash().compute()).isEqualTo(hashOfAll(entries));
    }
  }

  /** The core appends no configuration that is none. */
  private static Entry appendable(Entry entry) {
    return entry.type() == EntryType.CONFIGURATION
        ? new Entry(entry.type(), entry.term(), entry.index(), entry.stampNanos(), Configuration.EMPTY.encode())
        : entry;
  }

  private KvStateMachine openState() throws IOException {
    Path group = directory.resolve("group");
    return OpenState.open(new FileVolume(group), new RocksStores(group, RocksOptions.DEFAULT),
        StateOptions.of(() -> 1)).machine();
  }

  private SegmentedLog openLog(KvStateMachine machine) throws IOException {
    LogId applied = machine.applied();
    LogOptions options = LogOptions.of(() -> 99).withSegmentBytes(SEGMENT_BYTES).withApplied(applied);
    return SegmentedLog.open(new FileDisk(directory.resolve("log")),
        applied.index() == 0 ? options.creating(Configuration.EMPTY) : options);
  }

  private static long firstOf(SegmentedLog log, KvStateMachine machine) {
    return Math.min(log.recovered().index().base().index(), machine.applied().index());
  }

  private static void applyUpTo(KvStateMachine machine, SegmentedLog log, long last) throws IOException {
    while (machine.applied().index() < last) {
      machine.apply(log.read(machine.applied().index() + 1, last, 100_000));
    }
  }

  private Object hashOfAll(List<Entry> entries) throws IOException {
    Path other = directory.resolve("reference");
    try (KvStateMachine machine = OpenState.open(new FileVolume(other), new RocksStores(other, RocksOptions.DEFAULT),
        StateOptions.of(() -> 2)).machine()) {
      for (int at = 0; at < entries.size(); at += 1_000) {
        machine.apply(entries.subList(at, at + 1_000));
      }
      return machine.reads().hash().compute();
    }
  }

  private static long bytesOf(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
