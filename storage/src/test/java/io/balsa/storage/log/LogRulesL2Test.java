package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** L2: torn or corrupt. Five batches: the first three in segment 1, the last two in segment 2; segment 3 is a spare. */
class LogRulesL2Test {
  private static final int PAGE = FrameFormat.PAGE_BYTES;
  private static final String FIRST = Segment.fileName(1);
  private static final String SECOND = Segment.fileName(2);

  private final SimDisk disk = new SimDisk();

  @BeforeEach
  void writeFiveBatches() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    for (int index = 1; index <= 4; index++) {
      // Batch 1 made the log. Three pages each, so that two fit behind it in a segment of eight.
      log.append(List.of(entry(1, index, 2 * PAGE)));
      log.requestSync(index);
      log.persistPending();
    }
    boolean worked = true;
    while (worked) {
      worked = log.maintain();
    }
    log.close();
    assertThat(disk.list()).containsExactly(Marker.FILE, FIRST, SECOND, Segment.fileName(3));
  }

  @Test
  void L2_aTornTailIsCutAsAWholeAndZerosFollow() throws IOException {
    // As if the last batch had not been synced: no marker names it.
    disk.lose(Marker.FILE);
    disk.flipBit(SECOND, 3 * PAGE + 5_000, 3);
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(log.recovered().index().lastIndex()).isEqualTo(3);
    assertThat(Logs.readAll(log)).hasSize(3);
    byte[] bytes = disk.contents(SECOND);
    for (int at = 3 * PAGE; at < bytes.length; at++) {
      assertThat(bytes[at]).isZero();
    }
    log.append(List.of(entry(1, 4, 10)));
    log.requestSync(1);
    log.persistPending();
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options()))).hasSize(4)
        .endsWith(entry(1, 4, 10));
  }

  @Test
  void L2_aTornFirstBatchOfASegmentIsCutWithItsFile() throws IOException {
    disk.lose(Marker.FILE);
    disk.lose(Segment.fileName(3));
    disk.cutFile(SECOND, 3 * PAGE);
    disk.flipBit(SECOND, 100, 0);
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(Logs.readAll(log)).hasSize(2);
    assertThat(disk.list()).containsExactly(Marker.FILE, FIRST);
  }

  @Test
  void L2_anInvalidBatchBeforeAValidOneInTheSameSegmentIsCorruption() throws IOException {
    disk.lose(Marker.FILE);
    disk.flipBit(SECOND, 200, 6);
    assertCorrupt("segment-000000000002 offset 0", "batch 4 is not valid, but batch 5");
  }

  @Test
  void L2_anInvalidBatchBeforeAValidOneInALaterSegmentIsCorruption() throws IOException {
    disk.lose(Marker.FILE);
    // The last batch of the first segment.
    disk.flipBit(FIRST, 4 * PAGE + 77, 1);
    assertCorrupt("segment-000000000001 offset " + 4 * PAGE, "batch 3 is not valid, but batch 4");
  }

  @Test
  void L2_aBatchThatVanishedWithoutTraceIsCorruption() throws IOException {
    disk.lose(Marker.FILE);
    disk.open(FIRST).write(4 * PAGE, ByteBuffer.allocate(3 * PAGE));
    assertCorrupt("segment-000000000002 offset 0", "batch 3 must stand here, but batch 4 does");
  }

  @Test
  void L2_aBitInTheZerosBehindAFullSegmentIsCorruption() throws IOException {
    disk.flipBit(FIRST, 8 * PAGE - 1, 1);
    assertCorrupt("segment-000000000001 offset " + 7 * PAGE, "batch 4");
  }

  @Test
  void L2_aLogThatEndsBeforeTheMarkerIsCorruptNeverTorn() throws IOException {
    disk.flipBit(SECOND, 3 * PAGE + 5_000, 3);
    assertCorrupt("segment-000000000002 offset " + 3 * PAGE, "ends with batch 4, but batch 5 had been durable");
    disk.cutFile(SECOND, 3 * PAGE);
    assertCorrupt("segment-000000000002", "as the marker proves");
    disk.lose(SECOND);
    disk.lose(Segment.fileName(3));
    assertCorrupt("segment-000000000001", "as the marker proves");
    disk.lose(FIRST);
    assertCorrupt("simulated disk", "no batch is valid, but batch 5 had been durable");
  }

  @Test
  void L2_aLogThatEndsBeforeTheAppliedEntryIsCorruptNeverTorn() throws IOException {
    disk.lose(Marker.FILE);
    disk.flipBit(SECOND, 3 * PAGE + 5_000, 3);
    LogOptions applied = Logs.options().withApplied(new LogId(1, 4));
    assertThatThrownBy(() -> SegmentedLog.open(disk, applied)).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("ends with entry 1/3, but the state machine has applied entry 1/4");
    // It is still there for whoever analyses it: nothing was cut.
    disk.flipBit(SECOND, 3 * PAGE + 5_000, 3);
    assertThat(Logs.readAll(SegmentedLog.open(disk, applied))).hasSize(4);
  }

  @Test
  void L2_aLogThatHoldsAnotherEntryThanTheAppliedOneIsCorrupt() {
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options().withApplied(new LogId(2, 3))))
        .isInstanceOf(CorruptLogException.class).hasMessageContaining("holds entry 1/3")
        .hasMessageContaining("has applied entry 2/3");
  }

  @Test
  void L2_rotOfExactlyTheLastBatchWithoutMarkerAndAppliedEntryIsTheDocumentedRest() throws IOException {
    disk.lose(Marker.FILE);
    disk.flipBit(SECOND, 3 * PAGE, 0);
    assertThat(Logs.readAll(SegmentedLog.open(disk, Logs.options().withApplied(new LogId(1, 3))))).hasSize(3);
  }

  @Test
  void L2_aPayloadThatImitatesAFrameProvesNothingWithoutTheSalt() throws IOException {
    tearABatchThatHoldsAFrame(1);
    assertThat(Logs.readAll(SegmentedLog.open(disk, Logs.options()))).hasSize(4);
  }

  @Test
  void L2_theSaltOfASegmentIsKnownThoughItsFirstBatchIsTorn() throws IOException {
    // The counterpart: with the right salt the same bytes are a valid batch.
    tearABatchThatHoldsAFrame(FrameFormat.segmentSalt(Logs.SALT, 3));
    assertCorrupt("segment-000000000003 offset 0", "batch 6 is not valid, but batch 7");
  }

  /**
   * Batch 6 opens segment 3; its payload holds, at a page, a frame that is right in everything but perhaps the salt.
   */
  private void tearABatchThatHoldsAFrame(long salt) throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    ByteBuffer imitation = new FrameEncoder(0).encode(3, salt, PAGE, 7, null,
        List.of(ForgedLog.batch(term(1), 0, entries(1, 6, 6))));
    assertThat(imitation.remaining()).isEqualTo(PAGE);
    int payloadAt = FrameFormat.HEADER_BYTES + FrameFormat.SEGMENT_HEADER_BYTES + Logs.CONFIGURATION.encode().size()
        + FrameFormat.RECORD_HEADER_BYTES;
    byte[] payload = new byte[4 * PAGE];
    imitation.get(payload, PAGE - payloadAt, PAGE);
    log.append(List.of(new Entry(EntryType.COMMAND, 1, 5, 5, Bytes.wrap(payload))));
    log.requestSync(1);
    log.persistPending();
    disk.lose(Marker.FILE);
    disk.flipBit(Segment.fileName(3), 60, 0);
  }

  @Test
  void L2_aMarkerThatIsMissingOldOrRottenProvesNothing() throws IOException {
    for (int bit = 0; bit < 8 * 40; bit++) {
      SimDisk rotten = disk.afterKill();
      rotten.flipBit(Marker.FILE, bit / 8, bit % 8);
      assertThat(Logs.readAll(SegmentedLog.open(rotten, Logs.options()))).hasSize(4);
    }
    disk.lose(Marker.FILE);
    assertThat(Logs.readAll(SegmentedLog.open(disk, Logs.options()))).hasSize(4);
    assertThat(disk.list()).contains(Marker.FILE);
  }

  @Test
  void L2_aMissingSegmentIsCorruption() throws IOException {
    disk.lose(FIRST);
    assertCorrupt("simulated disk", "begins after entry 1/2, but the state machine has applied only entry 0/0");
    SimDisk gap = new SimDisk();
    new ForgedLog(gap).segment(LogId.ZERO, term(1), entries(1, 1, 1)).skipSegment().segment(new LogId(1, 1), term(1),
        entries(1, 2, 2));
    assertThatThrownBy(() -> SegmentedLog.open(gap, Logs.options())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("between segment 1 and segment 3 a file is missing");
  }

  @Test
  void L2_aSpareSegmentOfWhateverContentsIsNoEvidence() throws IOException {
    disk.flipBit(Segment.fileName(3), 4_711, 2);
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(Logs.readAll(log)).hasSize(4);
    assertThat(disk.list()).doesNotContain(Segment.fileName(3));
    assertThat(log.maintain()).isTrue();
  }

  @Test
  void L2_aWholeSpareIsUsedAgainAndAShortOneIsNot() throws IOException {
    assertThat(SegmentedLog.open(disk, Logs.options()).maintain()).isFalse();
    disk.cutFile(Segment.fileName(3), 4 * PAGE);
    assertThat(SegmentedLog.open(disk, Logs.options()).maintain()).isTrue();
  }

  private void assertCorrupt(String where, String what) {
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(where).hasMessageContaining(what).hasMessageContaining("must not take part with it");
  }
}
