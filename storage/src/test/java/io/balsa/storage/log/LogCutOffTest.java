package io.balsa.storage.log;

import static io.balsa.storage.log.LogCrashPoint.COPY_CREATED;
import static io.balsa.storage.log.LogCrashPoint.COPY_NAMED;
import static io.balsa.storage.log.LogCrashPoint.COPY_SYNCED;
import static io.balsa.storage.log.LogCrashPoint.COPY_WRITTEN;
import static io.balsa.storage.log.LogCrashPoint.DIRECTORY_SYNCED;
import static io.balsa.storage.log.LogCrashPoint.FRAME_SYNCED;
import static io.balsa.storage.log.LogCrashPoint.FRAME_WRITTEN;
import static io.balsa.storage.log.LogCrashPoint.MARKER_CREATED;
import static io.balsa.storage.log.LogCrashPoint.MARKER_SYNCED;
import static io.balsa.storage.log.LogCrashPoint.MARKER_WRITTEN;
import static io.balsa.storage.log.LogCrashPoint.OLD_SEGMENT_REMOVED;
import static io.balsa.storage.log.LogCrashPoint.SEGMENT_CREATED;
import static io.balsa.storage.log.LogCrashPoint.SEGMENT_FILLED;
import static io.balsa.storage.log.LogCrashPoint.SEGMENT_NAMED;
import static io.balsa.storage.log.LogCrashPoint.SEGMENT_SYNCED;
import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.maintainAll;
import static io.balsa.storage.log.Logs.term;
import static io.balsa.storage.log.Logs.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Everything that changes where a log begins, cut off at each crash point; then the disk as a killed process leaves it,
 * as power cuts leave it, and as a power cut leaves what a killed process had left.
 */
class LogCutOffTest {
  private static final LogStart SNAPSHOT = new LogStart(new LogId(4, 50), 50_004, Logs.configuration("n1", "n2", "n9"));
  private static final HardState HARD_STATE = vote(4, "n1");
  private static final List<Fault> STOPS = List.of(Fault.STOP_BEFORE, Fault.STOP_SHORT, Fault.STOP_AFTER);

  private interface Work {
    void on(SimDisk disk) throws IOException;
  }

  /** Cuts the work off everywhere and shows each disk that may then be there to the check; which points it met. */
  private static Set<LogCrashPoint> cutOff(SimDisk before, Work work, Work check) throws IOException {
    EnumSet<LogCrashPoint> met = EnumSet.noneOf(LogCrashPoint.class);
    SimDisk whole = before.afterKill();
    List<LogCrashPoint> points = new ArrayList<>();
    whole.faults((operation, file) -> {
      points.add(LogCrashPoint.of(operation, file));
      return Fault.NONE;
    });
    work.on(whole);
    met.addAll(points);
    SplittableRandom random = new SplittableRandom(points.size());
    for (int nth = 1; nth <= points.size(); nth++) {
      for (Fault fault : STOPS) {
        SimDisk disk = before.afterKill();
        disk.faults(Faults.at(nth, fault));
        try {
          work.on(disk);
          throw new AssertionError("operation " + nth + " did not come");
        } catch (SimDisk.Stopped e) {
          // As planned.
        }
        try {
          check.on(disk.afterKill());
          check.on(disk.afterPowerCutKeepingSynced());
          for (int i = 0; i < 4; i++) {
            check.on(disk.afterPowerCut(random));
            check.on(disk.afterKill().afterPowerCut(random));
          }
        } catch (IOException | AssertionError e) {
          throw new AssertionError(fault + " at " + points.get(nth - 1) + ", operation " + nth, e);
        }
      }
    }
    return met;
  }

  /** Six entries of three pages, two in a segment, so three segments; the hard state is newer than the entries. */
  private static SimDisk threeSegments() throws IOException {
    SimDisk disk = new SimDisk();
    try (SegmentedLog log = SegmentedLog.open(disk, Logs.creating())) {
      log.saveHardState(term(1));
      for (int index = 1; index <= 6; index++) {
        log.append(List.of(page3(1, index)));
        log.requestSync(index);
        log.persistPending();
      }
      log.saveHardState(HARD_STATE);
      log.requestSync(7);
      log.persistPending();
    }
    assertThat(disk.list()).contains(Segment.fileName(3)).doesNotContain(Segment.fileName(4));
    return disk;
  }

  private static Entry page3(long term, long index) {
    return entry(term, index, 2 * FrameFormat.PAGE_BYTES);
  }

  private static void resetWhileRunning(SimDisk disk) throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    log.reset(SNAPSHOT.id(), SNAPSHOT.stampNanos(), SNAPSHOT.configuration());
    log.requestSync(1);
    assertThat(log.persistPending()).isEqualTo(1);
    maintainAll(log);
  }

  private static LogOptions flagged() {
    return Logs.options().withApplied(SNAPSHOT.id()).withReset(SNAPSHOT);
  }

  /** With the flag that the pointer to the state carries, the log is reset at the start, whatever was found. */
  private static void mustComeOutReset(SimDisk disk) throws IOException {
    for (int round = 0; round < 2; round++) {
      SegmentedLog log = SegmentedLog.open(disk, flagged());
      assertThat(log.recovered().index().base()).isEqualTo(SNAPSHOT.id());
      assertThat(log.recovered().index().last()).isEqualTo(SNAPSHOT.id());
      assertThat(log.recovered().hardState()).isEqualTo(HARD_STATE);
      assertThat(log.recovered().lastStampNanos()).isEqualTo(SNAPSHOT.stampNanos());
      assertThat(log.recovered().configuration()).isEqualTo(SNAPSHOT.configuration());
      assertThat(Logs.readAll(log, 1)).isEmpty();
    }
    // Segment and batch numbers have gone on, and so does the log, now without the flag.
    SegmentedLog log = SegmentedLog.open(disk, flagged());
    log.append(entries(4, 51, 53));
    log.requestSync(1);
    log.persistPending();
    SimDisk later = disk.afterPowerCutKeepingSynced();
    SegmentedLog again = SegmentedLog.open(later, Logs.options().withApplied(SNAPSHOT.id()));
    assertThat(again.recovered().index().base()).isEqualTo(SNAPSHOT.id());
    assertThat(Logs.readAll(again, 51)).isEqualTo(entries(4, 51, 53));
    // Whatever the old segments held: none of them is left.
    assertThat(later.list()).noneMatch(name -> Segment.numberOf(name) >= 0 && Segment.numberOf(name) <= 3);
  }

  @Test
  void C6_aResetThatIsCutOffAnywhereIsDoneAtTheNextStart() throws IOException {
    SimDisk before = threeSegments();
    assertThat(cutOff(before, LogCutOffTest::resetWhileRunning, LogCutOffTest::mustComeOutReset)).contains(
        SEGMENT_CREATED, SEGMENT_FILLED, SEGMENT_SYNCED, SEGMENT_NAMED, FRAME_WRITTEN, FRAME_SYNCED, MARKER_WRITTEN,
        OLD_SEGMENT_REMOVED, DIRECTORY_SYNCED);
  }

  @Test
  void C6_aResetThatIsCutOffLeavesTheOldLogOrTheNewOneNeverAMixture() throws IOException {
    List<Entry> old = List.of(page3(1, 1), page3(1, 2), page3(1, 3), page3(1, 4), page3(1, 5), page3(1, 6));
    boolean[] seen = new boolean[2];
    cutOff(threeSegments(), LogCutOffTest::resetWhileRunning, disk -> {
      // Nobody says what the state holds: what does the log alone say?
      SegmentedLog log = SegmentedLog.open(disk, Logs.options().withLostState());
      boolean reset = log.recovered().index().base().equals(SNAPSHOT.id());
      seen[reset ? 1 : 0] = true;
      assertThat(log.recovered().index().base()).isEqualTo(reset ? SNAPSHOT.id() : LogId.ZERO);
      assertThat(Logs.readAll(log)).isEqualTo(reset ? List.of() : old);
      assertThat(log.recovered().hardState()).isEqualTo(HARD_STATE);
    });
    assertThat(seen).containsExactly(true, true);
  }

  @Test
  void C6_aResetThatIsDoneAtTheStartCanBeCutOffAnywhereToo() throws IOException {
    Set<LogCrashPoint> met = cutOff(threeSegments(), disk -> SegmentedLog.open(disk, flagged()),
        LogCutOffTest::mustComeOutReset);
    assertThat(met).isEqualTo(EnumSet.complementOf(EnumSet.of(MARKER_CREATED)));
  }

  @Test
  void L3_C6_aResetThatWasOnlyInThePageCacheWhenItWasFoundCanBeCutOffAnywhereToo() throws IOException {
    SimDisk running = threeSegments();
    running.faults((operation, file) -> operation == Faults.Operation.SYNC && file.equals(Segment.fileName(4))
        ? Fault.STOP_BEFORE
        : Fault.NONE);
    assertThatThrownBy(() -> resetWhileRunning(running)).isInstanceOf(SimDisk.Stopped.class);
    // A kill, not a power cut: the next start finds the new segment, and must not let go of the old ones for it yet.
    cutOff(running.afterKill(), disk -> SegmentedLog.open(disk, flagged()), LogCutOffTest::mustComeOutReset);
  }

  /**
   * Seven segments, of which the second to the fourth cannot be the first: a truncation reached back behind their begin.
   */
  private static SimDisk sevenSegments() throws IOException {
    SimDisk disk = new SimDisk();
    try (SegmentedLog log = SegmentedLog.open(disk, Logs.creating())) {
      log.saveHardState(term(1));
      write(log, 1, 1, 6);
      log.saveHardState(term(2));
      log.truncateFrom(3);
      write(log, 2, 3, 9);
    }
    assertThat(disk.list()).contains(Segment.fileName(7)).doesNotContain(Segment.fileName(8));
    return disk;
  }

  private static void write(SegmentedLog log, long term, long from, long to) throws IOException {
    for (long index = from; index <= to; index++) {
      log.append(List.of(page3(term, index)));
      log.requestSync(term * 100 + index - (term == 1 ? 0 : 96 + from - 3));
      log.persistPending();
    }
  }

  private static List<Entry> newest() {
    List<Entry> all = new ArrayList<>(List.of(page3(1, 1), page3(1, 2)));
    for (long index = 3; index <= 9; index++) {
      all.add(page3(2, index));
    }
    return all;
  }

  private static LogOptions applied9() {
    return Logs.options().withApplied(new LogId(2, 9));
  }

  private static void compact(SimDisk disk) throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, applied9());
    LogId base = log.compactTo(9);
    assertThat(base.index()).isGreaterThanOrEqualTo(6);
    maintainAll(log);
    assertThat(Logs.readAll(log, base.index() + 1)).isEqualTo(newest().subList((int) base.index(), 9));
  }

  private static void mustHoldTheEnd(SimDisk disk) throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, applied9());
    LogId base = log.recovered().index().base();
    assertThat(base.index()).isBetween(0L, 9L);
    assertThat(base).isEqualTo(base.index() == 0 ? LogId.ZERO : newest().get((int) base.index() - 1).id());
    assertThat(Logs.readAll(log)).isEqualTo(newest().subList((int) base.index(), 9));
    assertThat(log.recovered().hardState()).isEqualTo(term(2));
    assertThat(log.recovered().configuration()).isEqualTo(Logs.CONFIGURATION);
  }

  @Test
  void L5_aCompactionThatIsCutOffAnywhereLeavesALogThatBeginsSooner() throws IOException {
    Set<LogCrashPoint> met = cutOff(sevenSegments(), LogCutOffTest::compact, LogCutOffTest::mustHoldTheEnd);
    assertThat(met).contains(OLD_SEGMENT_REMOVED, DIRECTORY_SYNCED, COPY_CREATED, COPY_WRITTEN, COPY_SYNCED, COPY_NAMED,
        MARKER_SYNCED);
  }

  @Test
  void L5_theRecoveryAfterACompactionThatWasCutOffCanBeCutOffToo() throws IOException {
    for (int left = 1; left <= 5; left++) {
      SimDisk disk = sevenSegments();
      for (int number = 1; number <= left; number++) {
        disk.lose(Segment.fileName(number));
      }
      cutOff(disk, found -> SegmentedLog.open(found, applied9()), LogCutOffTest::mustHoldTheEnd);
    }
  }

  @Test
  void E4_theCreationOfALogBehindARestoredStateCanBeCutOffAnywhere() throws IOException {
    LogStart restored = new LogStart(new LogId(1, 1), 77, Logs.CONFIGURATION);
    LogOptions options = Logs.options().withApplied(new LogId(1, 1)).creating(restored);
    Set<LogCrashPoint> met = cutOff(new SimDisk(), disk -> SegmentedLog.open(disk, options), disk -> {
      for (LogOptions again : List.of(options, Logs.options().withApplied(new LogId(1, 1)))) {
        SegmentedLog log = SegmentedLog.open(disk, again);
        assertThat(log.recovered().index().last()).isEqualTo(new LogId(1, 1));
        assertThat(log.recovered().lastStampNanos()).isEqualTo(77);
        assertThat(log.recovered().configuration()).isEqualTo(Logs.CONFIGURATION);
        assertThat(log.recovered().hardState()).isEqualTo(term(1));
      }
    });
    assertThat(met).contains(MARKER_CREATED, FRAME_SYNCED);
  }
}
