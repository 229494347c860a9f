package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.configurationEntry;
import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.maintainAll;
import static io.balsa.storage.log.Logs.readAll;
import static io.balsa.storage.log.Logs.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.RecoveredLog.ConfigurationAt;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.Faults.Operation;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * L5: the log loses whole segments at its begin. Most tests have twelve entries of three pages: 1 and 2 in the first
 * segment, then two in each, 11 and 12 in the sixth and last.
 */
class LogRulesL5Test {
  private final SimDisk disk = new SimDisk();

  private SegmentedLog twelve() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    for (int index = 1; index <= 12; index++) {
      log.append(List.of(page3(1, index)));
      log.requestSync(index);
      log.persistPending();
    }
    assertThat(segments()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    return log;
  }

  private static Entry page3(long term, long index) {
    return entry(term, index, 2 * FrameFormat.PAGE_BYTES);
  }

  private static List<Entry> page3s(long from, long to) {
    List<Entry> entries = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      entries.add(page3(1, index));
    }
    return entries;
  }

  private List<Long> segments() {
    return segments(disk);
  }

  private static List<Long> segments(SimDisk disk) {
    return disk.list().stream().map(Segment::numberOf).filter(number -> number >= 0).toList();
  }

  private static LogOptions applied(long term, long index) {
    return Logs.options().withApplied(new LogId(term, index));
  }

  /** What was synced by itself takes a page at least: entries of a hundred bytes would fill forty times what they seem to. */
  @Test
  void L5_whatIsNotFlushedIsCountedAsTheDiskHasIt() throws IOException {
    SegmentedLog log = twelve();
    assertThat(log.diskBytesAfter(12)).isZero();
    for (int index = 11; index >= 0; index--) {
      int entriesBefore = 12 - index - 1;
      assertThat(log.diskBytesAfter(index)).as("after %s", index).isGreaterThanOrEqualTo(2L * FrameFormat.PAGE_BYTES)
          .isGreaterThanOrEqualTo(entriesBefore / 2 * 3L * FrameFormat.PAGE_BYTES)
          .isLessThanOrEqualTo(3L * (entriesBefore + 1) * FrameFormat.PAGE_BYTES);
    }
    log.append(List.of(entry(1, 13, 100)));
    log.requestSync(13);
    assertThat(log.diskBytesAfter(12)).as("not written").isZero();
    log.persistPending();
    for (int index = 14; index <= 16; index++) {
      log.append(List.of(entry(1, index, 100)));
      log.requestSync(index);
      log.persistPending();
    }
    assertThat(log.diskBytesAfter(12)).as("a page each").isGreaterThanOrEqualTo(16L * 4 * 100);
    assertThat(log.diskBytesAfter(0)).isEqualTo(log.diskBytesAfter(-1));

    log.truncateFrom(5); // back beyond the begin of segments that are there still
    log.append(List.of(entry(1, 5, 100)));
    log.requestSync(17);
    log.persistPending();
    assertThat(log.diskBytesAfter(5)).isZero();
    assertThat(log.diskBytesAfter(4)).isBetween(100L, (long) FrameFormat.PAGE_BYTES);
    log.compactTo(2);
    assertThat(log.diskBytesAfter(0)).isEqualTo(log.diskBytesAfter(2));
  }

  @Test
  void L5_onlyWholeSegmentsGoAndNeverOneThatIsStillNeeded() throws IOException {
    SegmentedLog log = twelve();
    long[] begins = {0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 10};
    for (int index = 0; index <= 12; index++) {
      assertThat(log.compactTo(index).index()).as("compacted to %s", index).isEqualTo(begins[index]);
      assertThat(readAll(log, begins[index] + 1)).isEqualTo(page3s(begins[index] + 1, 12));
      assertThat(log.read(begins[index], 12, 1_000_000)).isEmpty();
    }
    // Asked for less than before, it does nothing.
    assertThat(log.compactTo(3)).isEqualTo(new LogId(1, 10));
  }

  @Test
  void L5_onlyWhatIsWrittenCanBeCompacted() throws IOException {
    SegmentedLog log = twelve();
    log.append(List.of(page3(1, 13)));
    assertThatThrownBy(() -> log.compactTo(13)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void L5_filesGoOldestFirstAndEachRemovalIsDurableBeforeTheNext() throws IOException {
    SegmentedLog log = twelve();
    maintainAll(log);
    log.compactTo(7);
    assertThat(segments()).hasSize(7);
    List<String> trace = new ArrayList<>();
    disk.faults((operation, file) -> {
      trace.add(operation + " " + file);
      return Fault.NONE;
    });
    maintainAll(log);
    assertThat(trace).containsExactly("DELETE " + Segment.fileName(1), "SYNC_DIRECTORY .",
        "DELETE " + Segment.fileName(2), "SYNC_DIRECTORY .", "DELETE " + Segment.fileName(3), "SYNC_DIRECTORY .");
  }

  @Test
  void L5_theBeginOfACompactedLogIsWhatTheHeaderOfItsFirstSegmentSays() throws IOException {
    var four = Logs.configuration("n1", "n2", "n3", "n4");
    var five = Logs.configuration("n1", "n2", "n3", "n4", "n5");
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    List<Entry> all = new ArrayList<>(page3s(1, 12));
    all.set(1, configurationEntry(1, 2, four));
    all.set(8, configurationEntry(1, 9, five));
    for (int index = 1; index <= 12; index++) {
      log.append(List.of(all.get(index - 1)));
      log.requestSync(index);
      log.persistPending();
    }
    LogId base = log.compactTo(7);
    maintainAll(log);
    assertThat(base.index()).isBetween(5L, 7L);
    for (int round = 0; round < 3; round++) {
      log = SegmentedLog.open(disk.afterPowerCutKeepingSynced(), applied(1, 7));
      assertThat(log.recovered().index().base()).isEqualTo(base);
      assertThat(log.recovered().index().lastIndex()).isEqualTo(12);
      assertThat(log.recovered().configurations()).containsExactly(new ConfigurationAt(base.index(), four),
          new ConfigurationAt(9, five));
      assertThat(readAll(log)).isEqualTo(all.subList((int) base.index(), 12));
    }
  }

  @Test
  void L5_theStampBeforeAnEmptyLogStandsInTheHeader() throws IOException {
    SegmentedLog log = twelve();
    log.saveHardState(term(2));
    log.truncateFrom(11);
    log.requestSync(13);
    log.persistPending();
    assertThat(log.compactTo(10)).isEqualTo(new LogId(1, 10));
    maintainAll(log);
    log = SegmentedLog.open(disk.afterPowerCutKeepingSynced(), applied(1, 10));
    assertThat(log.recovered().index().last()).isEqualTo(new LogId(1, 10));
    assertThat(log.recovered().lastStampNanos()).isEqualTo(page3(1, 10).stampNanos());
    log.append(List.of(page3(2, 11)));
    log.requestSync(1);
    log.persistPending();
    assertThat(readAll(log)).containsExactly(page3(2, 11));
  }

  @Test
  void L5_aSegmentInUseByAReaderGoesAfterItsRelease() throws IOException {
    SegmentedLog log = twelve();
    disk.onRead(() -> {
      disk.onRead(() -> {
      });
      // In the middle of a read of the first segment.
      assertThat(log.compactTo(12).index()).isEqualTo(10);
      maintain(log);
      assertThat(segments()).contains(1L, 2L);
    });
    List<Entry> found = log.read(1, 12, Long.MAX_VALUE);
    assertThat(found).isEqualTo(page3s(1, found.size())).isNotEmpty();
    assertThat(log.read(1, 12, Long.MAX_VALUE)).isEmpty();
    maintainAll(log);
    assertThat(segments()).containsExactly(6L, 7L);
    assertThat(readAll(log, 11)).isEqualTo(page3s(11, 12));
  }

  private static void maintain(SegmentedLog log) {
    try {
      maintainAll(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void L5_onARealDiskToo(@TempDir Path directory) throws IOException {
    try (SegmentedLog log = SegmentedLog.open(new FileDisk(directory), Logs.creating())) {
      log.saveHardState(term(1));
      for (int index = 1; index <= 12; index++) {
        log.append(List.of(page3(1, index)));
        log.requestSync(index);
        log.persistPending();
      }
      log.compactTo(9);
      maintainAll(log);
      assertThat(Files.exists(directory.resolve(Segment.fileName(4)))).isFalse();
    }
    try (SegmentedLog log = SegmentedLog.open(new FileDisk(directory), applied(1, 9))) {
      assertThat(readAll(log)).isEqualTo(page3s(9, 12));
    }
  }

  @Test
  void L5_aSegmentWhoseHeaderATruncationHasOvertakenIsNeverTheFirst() throws IOException {
    SegmentedLog log = twelve();
    log.saveHardState(term(2));
    log.truncateFrom(6);
    for (int index = 6; index <= 12; index++) {
      log.append(List.of(page3(2, index)));
      log.requestSync(index + 7);
      log.persistPending();
    }
    // Segments 4 to 6 begin behind 1/6, 1/8 and 1/10, of which the log holds none; so does 7, behind 1/12.
    assertThat(log.compactTo(5)).isEqualTo(new LogId(1, 4));
    assertThat(log.compactTo(6)).isEqualTo(new LogId(1, 4));
    LogId base = log.compactTo(8);
    assertThat(base.term()).isEqualTo(2);
    maintainAll(log);
    log = SegmentedLog.open(disk.afterPowerCutKeepingSynced(), applied(2, 8));
    assertThat(log.recovered().index().base()).isEqualTo(base);
    assertThat(readAll(log)).hasSize((int) (12 - base.index())).endsWith(page3(2, 12));
  }

  @Test
  void L5_whatACompactionHadBegunToRemoveIsPassedOverAndRemoved() throws IOException {
    // As a crash leaves it: segments 1 and 2 are gone, 3 would have been next. It takes back what stands before it.
    new ForgedLog(disk).startBehind(2, 7).segment(new LogId(1, 20), term(2), entries(1, 21, 22))
        .truncation(term(2), 15, entries(2, 15, 18)).segment(new LogId(2, 18), term(2), entries(2, 19, 19));
    SegmentedLog log = SegmentedLog.open(disk, applied(2, 18));
    assertThat(log.recovered().index().base()).isEqualTo(new LogId(2, 18));
    assertThat(readAll(log)).isEqualTo(entries(2, 19, 19));
    assertThat(segments()).containsExactly(4L);
    assertThat(segments(disk.afterPowerCutKeepingSynced())).containsExactly(4L);
  }

  @Test
  void L5_butNotIfTheStateLacksWhatItHeld() throws IOException {
    new ForgedLog(disk).startBehind(2, 7).segment(new LogId(1, 20), term(2), entries(1, 21, 22))
        .truncation(term(2), 15, entries(2, 15, 18)).segment(new LogId(2, 18), term(2), entries(2, 19, 19));
    assertCorrupt(applied(2, 17), "begins after entry 2/18, but the state machine has applied only entry 2/17");
    // And nothing was removed.
    assertThat(segments()).containsExactly(3L, 4L);
  }

  @Test
  void L5_aLastSegmentThatTakesBackWhatStandsBeforeItIsCorruption() throws IOException {
    new ForgedLog(disk).startBehind(2, 7).segment(new LogId(1, 20), term(2), entries(1, 21, 22)).truncation(term(2), 15,
        entries(2, 15, 18));
    assertCorrupt(applied(2, 18), "takes back what stands before the first segment that is left");
  }

  @Test
  void L2_L5_aMissingSegmentInTheMiddleOfACompactedLogIsCorruption() throws IOException {
    SegmentedLog log = twelve();
    log.compactTo(5);
    maintainAll(log);
    assertThat(segments()).startsWith(3L);
    SimDisk gap = disk.afterKill();
    gap.lose(Segment.fileName(4));
    assertThatThrownBy(() -> SegmentedLog.open(gap, applied(1, 9))).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("between segment 3 and segment 5 a file is missing");
    // One at the begin cannot be told from a compaction, but for what the state lacks.
    SimDisk begin = disk.afterKill();
    begin.lose(Segment.fileName(3));
    assertThatThrownBy(() -> SegmentedLog.open(begin, applied(1, 5))).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("begins after entry 1/6, but the state machine has applied only entry 1/5");
    assertThat(readAll(SegmentedLog.open(begin, applied(1, 6)))).isEqualTo(page3s(7, 12));
  }

  @Test
  void L4_L5_theChecksHoldFromTheFirstSegmentThatIsLeft() throws IOException {
    new ForgedLog(disk).startBehind(4, 30).segment(new LogId(3, 70), term(3), entries(3, 71, 72))
        .frame(term(4), entries(4, 73, 73)).segment(new LogId(4, 73), term(4), List.of());
    SimDisk good = disk.afterKill();
    assertThat(readAll(SegmentedLog.open(good, applied(4, 73)))).hasSize(3);
    SimDisk skipped = disk.afterKill();
    new ForgedLog(skipped).startBehind(6, 34).segment(new LogId(4, 73), term(4), List.of());
    assertThatThrownBy(() -> SegmentedLog.open(skipped, applied(4, 73))).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("batch 34 must stand here, but batch 35 does");
    SimDisk behind = disk.afterKill();
    new ForgedLog(behind).startBehind(6, 33).segment(new LogId(4, 72), term(4), List.of());
    assertThatThrownBy(() -> SegmentedLog.open(behind, applied(4, 73))).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("the segment begins after entry 4/72");
  }

  @Test
  void L2_L5_theMarkerStillProvesWhatWasDurable() throws IOException {
    SegmentedLog log = twelve();
    log.compactTo(9);
    maintainAll(log);
    disk.flipBit(Segment.fileName(6), 4 * FrameFormat.PAGE_BYTES, 1);
    assertCorrupt(applied(1, 10), "as the marker proves");
  }

  @Test
  void I3_aLogThatBeginsAfterTheStateIsRightWhenTheStateIsKnownToBeLost() throws IOException {
    SegmentedLog log = twelve();
    log.compactTo(9);
    maintainAll(log);
    assertCorrupt(Logs.options(), "begins after entry 1/8, but the state machine has applied only entry 0/0");
    log = SegmentedLog.open(disk, Logs.options().withLostState());
    assertThat(log.recovered().index().base()).isEqualTo(new LogId(1, 8));
    assertThat(readAll(log)).isEqualTo(page3s(9, 12));
    // Only the begin may be missing.
    assertCorrupt(Logs.options().withLostState().withApplied(new LogId(1, 13)), "has applied entry 1/13");
    assertCorrupt(Logs.options().withLostState().withApplied(new LogId(2, 9)), "has applied entry 2/9");
  }

  @Test
  void L5_aFailedRemovalIsTheEnd() throws IOException {
    SegmentedLog log = twelve();
    log.compactTo(9);
    disk.faults((operation, file) -> operation == Operation.DELETE ? Fault.FAIL : Fault.NONE);
    assertThatThrownBy(log::maintain).isInstanceOf(IOException.class);
    disk.faults((operation, file) -> Fault.NONE);
    assertThatThrownBy(log::maintain).isInstanceOf(IOException.class).hasMessageContaining("failed before");
  }

  /** A torn first batch and, behind it, a spare: whichever goes first must not leave the other behind a hole. */
  @Test
  void L2_aRecoveryThatIsCutOffWhileItRemovesFilesOfNoUseLeavesNoHole() throws IOException {
    twelve().close();
    for (int number = 7; number <= 8; number++) {
      SpareSegments.fillWithZeros(disk.create(Segment.fileName(number)), 0, ForgedLog.BYTES);
    }
    disk.flipBit(Segment.fileName(7), 100, 1);
    SimDisk before = disk.afterKill();
    for (int operation = 1; operation <= 30; operation++) {
      for (int seed = 0; seed < 10; seed++) {
        SimDisk cut = before.afterKill();
        cut.faults(Faults.at(operation, Fault.STOP_AFTER));
        try {
          SegmentedLog.open(cut, applied(1, 12)).close();
        } catch (SimDisk.Stopped e) {
          // As planned.
        }
        SimDisk after = cut.afterPowerCut(new SplittableRandom(seed));
        assertThat(readAll(SegmentedLog.open(after, applied(1, 12)))).isEqualTo(page3s(1, 12));
      }
    }
  }

  private void assertCorrupt(LogOptions options, String what) {
    assertThatThrownBy(() -> SegmentedLog.open(disk, options)).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining(what);
  }
}
