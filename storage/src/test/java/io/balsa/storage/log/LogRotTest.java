package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bits that rot and files that shrink: found, never cut away silently (L2). */
class LogRotTest {
  private static final int PAGE = FrameFormat.PAGE_BYTES;

  private final SimDisk disk = new SimDisk();
  private final List<Entry> entries = new ArrayList<>();
  /** Segment, offset and end of each batch. */
  private final List<Marker.Durable> batches = new ArrayList<>();

  @BeforeEach
  void writeTwelveBatches() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    for (int index = 1; index <= 12; index++) {
      entries.add(entry(1, index, index % 4 * 2_000));
      log.append(List.of(entries.get(index - 1)));
      log.requestSync(index);
      log.persistPending();
      try (Marker marker = Marker.open(disk)) {
        batches.add(marker.read());
      }
    }
    log.close();
    assertThat(disk.list()).hasSize(4);
  }

  /** The state machine holds entry 11, so not the last batch but every one before it. */
  private static LogOptions options() {
    return Logs.options().withApplied(new LogId(1, 11));
  }

  @Test
  void L2_aBitFlippedAnywhereInABatchIsReportedAsCorruption() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    for (Marker.Durable batch : batches) {
      String name = Segment.fileName(batch.segment());
      long begin = beginOf(batch);
      for (int i = 0; i < 110; i++) {
        // Each byte of the header and what follows it, then anywhere up to the end of the last page.
        long at = begin + (i < 80 ? i : random.nextInt((int) (batch.endOffset() - begin)));
        SimDisk rotten = disk.afterKill();
        rotten.flipBit(name, at, random.nextInt(8));
        assertThatThrownBy(() -> SegmentedLog.open(rotten, options())).as("%s at %s", batch, at)
            .isInstanceOf(CorruptLogException.class).hasMessageContaining("corrupt log");
        // Without marker only the last batch can be mistaken for a torn one, and it must be cut as a whole.
        rotten.lose(Marker.FILE);
        if (batch.batch() == 13) {
          assertThat(Logs.readAll(SegmentedLog.open(rotten, options()))).isEqualTo(entries.subList(0, 11));
        } else {
          assertThatThrownBy(() -> SegmentedLog.open(rotten, options())).isInstanceOf(CorruptLogException.class);
        }
      }
    }
  }

  @Test
  void L2_aFileThatLostItsEndIsReportedUnlessOnlyZerosAreMissing() throws IOException {
    Marker.Durable last = batches.get(batches.size() - 1);
    for (Marker.Durable batch : batches) {
      for (long size : new long[]{beginOf(batch), beginOf(batch) + 1, batch.endOffset() - 1, batch.endOffset()}) {
        SimDisk cut = disk.afterKill();
        cut.cutFile(Segment.fileName(batch.segment()), size);
        boolean complete = size == batch.endOffset() && endsItsSegment(batch);
        if (complete) {
          assertThat(Logs.readAll(SegmentedLog.open(cut, options()))).isEqualTo(entries);
        } else {
          assertThatThrownBy(() -> SegmentedLog.open(cut, options())).as("%s cut to %s", batch, size)
              .isInstanceOf(CorruptLogException.class);
        }
      }
    }
    assertThat(endsItsSegment(last)).isTrue();
  }

  @Test
  void L2_aBitInTheZerosBehindTheLastBatchIsCut() throws IOException {
    Marker.Durable last = batches.get(batches.size() - 1);
    for (long at = last.endOffset(); at < 8 * PAGE; at += 1_021) {
      SimDisk rotten = disk.afterKill();
      rotten.flipBit(Segment.fileName(last.segment()), at, 3);
      assertThat(Logs.readAll(SegmentedLog.open(rotten, options()))).isEqualTo(entries);
      assertThat(rotten.contents(Segment.fileName(last.segment()))[(int) at]).isZero();
    }
  }

  @Test
  void rotAfterOpeningIsFoundByTheReadAndNeverHandedOut() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, options());
    Marker.Durable batch = batches.get(5);
    disk.flipBit(Segment.fileName(batch.segment()), beginOf(batch) + 300, 5);
    assertThatThrownBy(() -> Logs.readAll(log)).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(Segment.fileName(batch.segment())).hasMessageContaining("entry 6 was written here");
    assertThat(log.read(1, 5, Long.MAX_VALUE)).isEqualTo(entries.subList(0, 5));
    assertThat(log.read(7, 12, Long.MAX_VALUE)).isEqualTo(entries.subList(6, 12));
  }

  private boolean endsItsSegment(Marker.Durable batch) {
    return batches.stream().filter(other -> other.segment() == batch.segment())
        .allMatch(other -> other.endOffset() <= batch.endOffset());
  }

  private long beginOf(Marker.Durable batch) {
    long begin = batch.segment() == 1 ? PAGE : 0;
    for (Marker.Durable other : batches) {
      if (other.segment() == batch.segment() && other.endOffset() < batch.endOffset()) {
        begin = Math.max(begin, other.endOffset());
      }
    }
    return begin;
  }
}
