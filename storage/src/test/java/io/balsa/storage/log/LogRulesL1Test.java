package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.term;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Entry;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** L1: the unit is the batch. */
class LogRulesL1Test {
  private static final String SEGMENT = Segment.fileName(1);

  private final SimDisk disk = new SimDisk();

  @Test
  void L1_aBatchIsOneWriteAndOneSyncHoweverManySyncsAndEntriesItHolds() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    for (long seq = 1; seq <= 10; seq++) {
      log.append(entries(1, seq * 2 - 1, seq * 2));
      log.requestSync(seq);
    }
    List<String> trace = new ArrayList<>();
    disk.faults((operation, file) -> {
      trace.add(operation + " " + file);
      return Fault.NONE;
    });
    assertThat(log.persistPending()).isEqualTo(10);
    assertThat(trace).containsExactly("WRITE " + SEGMENT, "SYNC " + SEGMENT, "WRITE " + Marker.FILE);
  }

  @Test
  void L1_everyBatchBeginsAtAPageAndSharesNoneWithAnEarlierOne() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    byte[] before = disk.contents(SEGMENT);
    for (int index = 1; index <= 5; index++) {
      log.append(List.of(entry(1, index, index * 17)));
      log.requestSync(index);
      log.persistPending();
      byte[] after = disk.contents(SEGMENT);
      int page = index * FrameFormat.PAGE_BYTES;
      assertThat(Arrays.mismatch(before, after)).isEqualTo(page);
      assertThat(Arrays.mismatch(Arrays.copyOfRange(before, page + FrameFormat.PAGE_BYTES, before.length),
          Arrays.copyOfRange(after, page + FrameFormat.PAGE_BYTES, after.length))).isNegative();
      before = after;
    }
  }

  @Test
  void L1_aBatchOfManyPagesIsThereAsAWholeOrNotAtAll() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    log.append(entries(1, 1, 3));
    log.requestSync(1);
    log.persistPending();
    List<Entry> large = List.of(entry(1, 4, 9_000), entry(1, 5, 9_000));
    log.append(large);
    log.requestSync(2);
    // The sync of the batch never happens: any subset of its pages may be there.
    disk.faults((operation, file) -> operation.name().equals("SYNC") ? Fault.STOP_BEFORE : Fault.NONE);
    assertThat(stopped(log)).isTrue();
    int whole = 0;
    for (int seed = 0; seed < 200; seed++) {
      SegmentedLog recovered = SegmentedLog.open(disk.afterPowerCut(new SplittableRandom(seed)), Logs.options());
      List<Entry> found = Logs.readAll(recovered);
      assertThat(found.subList(0, 3)).isEqualTo(entries(1, 1, 3));
      assertThat(found.size()).isIn(3, 5);
      whole += found.size() == 5 ? 1 : 0;
    }
    assertThat(whole).isBetween(20, 180);
  }

  @Test
  void L1_theChecksumCoversSaltOffsetAndFilling() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    log.append(entries(1, 1, 1));
    log.requestSync(1);
    log.persistPending();
    int frame = FrameFormat.PAGE_BYTES;
    for (long at : new long[]{FrameFormat.CRC_AT, FrameFormat.SALT_AT, FrameFormat.SEGMENT_AT, FrameFormat.OFFSET_AT,
        FrameFormat.BATCH_AT, FrameFormat.TERM_AT, FrameFormat.PAGE_BYTES - 1}) {
      SimDisk flipped = disk.afterKill();
      assertThat(reader(flipped).read(frame)).isNotNull();
      flipped.flipBit(SEGMENT, frame + at, 0);
      assertThat(reader(flipped).read(frame)).as("bit flipped at %s", at).isNull();
    }
    // The same bytes at another place, in another segment, or with another salt are no frame.
    DiskFile file = disk.open(SEGMENT);
    file.write(2L * frame, ByteBuffer.wrap(disk.contents(SEGMENT), frame, frame));
    assertThat(reader(disk).read(2L * frame)).isNull();
    assertThat(new FrameReader(file, "file", 2).read(frame)).isNull();
    assertThat(reader(disk).expectSalt(1).read(frame)).isNull();
  }

  @Test
  void L1_aBatchThatDoesNotFitGoesToTheNextSegmentAndOneLargerThanASegmentToALargerOne() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    log.append(List.of(entry(1, 1, 20_000)));
    log.requestSync(1);
    log.persistPending();
    log.append(List.of(entry(1, 2, 20_000)));
    log.requestSync(2);
    log.persistPending();
    log.append(List.of(entry(1, 3, 100_000)));
    log.requestSync(3);
    log.persistPending();
    log.close();
    assertThat(disk.list()).containsExactly(Marker.FILE, SEGMENT, Segment.fileName(2), Segment.fileName(3));
    assertThat(disk.contents(Segment.fileName(3))).hasSizeGreaterThan(100_000);
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options())))
        .containsExactly(entry(1, 1, 20_000), entry(1, 2, 20_000), entry(1, 3, 100_000));
  }

  private static FrameReader reader(SimDisk disk) throws IOException {
    return new FrameReader(disk.open(SEGMENT), "file", 1);
  }

  private static boolean stopped(SegmentedLog log) throws IOException {
    try {
      log.persistPending();
      return false;
    } catch (SimDisk.Stopped e) {
      return true;
    }
  }
}
