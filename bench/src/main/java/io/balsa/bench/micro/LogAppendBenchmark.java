package io.balsa.bench.micro;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.storage.log.FileDisk;
import io.balsa.storage.log.LogOptions;
import io.balsa.storage.log.SegmentedLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it takes to make entries durable: one frame, one write and one fdatasync for a batch of them. Nothing is acknowledged before, so
 * the smallest batch is the least latency that this disk allows, and the largest shows what a sync that is shared saves.
 *
 * <p>The score is a batch's, and {@code entries} that of an entry. The log is compacted, and the next segment prepared, between what is
 * timed: in a node another thread does that, beside it. The disk is that of {@code java.io.tmpdir}; on one in memory a sync says
 * nothing.
 */
public class LogAppendBenchmark extends InnerPart {
  private static final long TERM = 1;
  private static final int PAYLOAD_BYTES = 300;
  private static final long SALT = 1;
  /** Far less than a segment, so that the next one is prepared before it is needed. */
  private static final long MAINTAIN_EVERY_BYTES = 8 << 20;

  @Param({"1", "32", "300"})
  private int batch;

  private TemporaryDirectory directory;
  private SegmentedLog log;
  private Bytes payload = Bytes.EMPTY;
  private List<Entry> entries = List.of();
  private long lastIndex;
  private long syncs;
  private long maintainedIndex;

  /** Counted beside the batches, so that JMH tells the time of one entry as well. */
  @AuxCounters
  @State(Scope.Thread)
  public static class PerEntry {
    /** Of the iteration; JMH reads it, and sets it back. */
    public long entries;
  }

  @Setup
  public void open() throws IOException {
    directory = TemporaryDirectory.create();
    log = SegmentedLog.open(new FileDisk(directory.resolve("log")),
        LogOptions.of(() -> SALT).creating(Configuration.EMPTY));
    log.saveHardState(new HardState(TERM, null));
    byte[] random = new byte[PAYLOAD_BYTES];
    new SplittableRandom(1).nextBytes(random);
    payload = Bytes.wrap(random);
    maintain();
  }

  /** Makes the entries that come next, and room for them. */
  @Setup(Level.Invocation)
  public void prepare() throws IOException {
    if (log.diskBytesAfter(maintainedIndex) >= MAINTAIN_EVERY_BYTES) {
      maintain();
    }
    List<Entry> next = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      lastIndex++;
      next.add(new Entry(EntryType.COMMAND, TERM, lastIndex, lastIndex, payload));
    }
    entries = next;
  }

  private void maintain() throws IOException {
    log.compactTo(lastIndex);
    maintainedIndex = lastIndex;
    boolean more = true;
    while (more) {
      more = log.maintain();
    }
  }

  @TearDown
  public void close() throws IOException {
    try {
      log.close();
    } finally {
      directory.close();
    }
  }

  @Benchmark
  public long append(PerEntry counter) throws IOException {
    log.append(entries);
    syncs++;
    log.requestSync(syncs);
    long durable = log.persistPending();
    if (durable != syncs) {
      throw new IllegalStateException("sync " + syncs + " is not durable: " + durable);
    }
    counter.entries += entries.size();
    return durable;
  }
}
