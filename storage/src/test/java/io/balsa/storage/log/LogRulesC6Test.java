package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.maintainAll;
import static io.balsa.storage.log.Logs.readAll;
import static io.balsa.storage.log.Logs.term;
import static io.balsa.storage.log.Logs.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * C6, the log's half: it is reset to what an installed snapshot ends with. Cut off everywhere: {@link LogCutOffTest}.
 */
class LogRulesC6Test {
  private static final LogStart SNAPSHOT = new LogStart(new LogId(2, 50), 50_002, Logs.configuration("n1", "n2", "n9"));

  private SimDisk disk = new SimDisk();

  /** Ten entries of term 1, then term 2. */
  private SegmentedLog ten() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(vote(1, "n1"));
    log.append(entries(1, 1, 10));
    log.requestSync(1);
    log.persistPending();
    log.saveHardState(vote(2, "n2"));
    log.requestSync(2);
    log.persistPending();
    return log;
  }

  private static void reset(SegmentedLog log) {
    log.reset(SNAPSHOT.id(), SNAPSHOT.stampNanos(), SNAPSHOT.configuration());
  }

  private static LogOptions installed() {
    return Logs.options().withApplied(SNAPSHOT.id());
  }

  @Test
  void C6_readersSeeAnEmptyLogAtOnceAndTheDiskTheOldOneUntilTheSync() throws IOException {
    SegmentedLog log = ten();
    reset(log);
    assertThat(log.read(1, 99, 1_000)).isEmpty();
    assertThat(log.readCached(10, 99, 1_000)).isEmpty();
    assertThat(readAll(SegmentedLog.open(disk.afterKill(), Logs.options()))).isEqualTo(entries(1, 1, 10));
    log.append(entries(2, 51, 52));
    assertThat(readAll(log, 51)).isEqualTo(entries(2, 51, 52));
    assertThat(log.compactTo(50)).isEqualTo(SNAPSHOT.id());
    log.requestSync(3);
    assertThat(log.persistPending()).isEqualTo(3);
    assertThat(readAll(log, 51)).isEqualTo(entries(2, 51, 52));
    log = SegmentedLog.open(disk.afterPowerCutKeepingSynced(), installed());
    assertThat(log.recovered().index().base()).isEqualTo(SNAPSHOT.id());
    assertThat(log.recovered().hardState()).isEqualTo(vote(2, "n2"));
    assertThat(log.recovered().configuration()).isEqualTo(SNAPSHOT.configuration());
    assertThat(log.recovered().configurationIndex()).isEqualTo(50);
    assertThat(readAll(log)).isEqualTo(entries(2, 51, 52));
  }

  @Test
  void C6_theNewSegmentIsSyncedBeforeAnyOldOneGoes() throws IOException {
    SegmentedLog log = ten();
    maintainAll(log);
    List<String> trace = new ArrayList<>();
    disk.faults((operation, file) -> {
      trace.add(operation + " " + file);
      return Fault.NONE;
    });
    reset(log);
    maintainAll(log);
    assertThat(trace).isEmpty();
    log.requestSync(3);
    maintainAll(log);
    assertThat(trace).isEmpty();
    log.persistPending();
    log.maintain();
    assertThat(trace.subList(0, 5)).containsExactly("WRITE " + Segment.fileName(2), "SYNC " + Segment.fileName(2),
        "WRITE " + Marker.FILE, "DELETE " + Segment.fileName(1), "SYNC_DIRECTORY .");
  }

  @Test
  void C6_theNewestHardStateIsInTheFirstBatchEvenIfItWasOnlyBuffered() throws IOException {
    SegmentedLog log = ten();
    log.saveHardState(vote(7, "n3"));
    reset(log);
    log.requestSync(3);
    log.persistPending();
    assertThat(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), installed()).recovered().hardState())
        .isEqualTo(vote(7, "n3"));
  }

  @Test
  void C6_syncsRequestedBeforeAreDurableWhenTheyAreSaidToBe() throws IOException {
    SegmentedLog log = ten();
    log.append(List.of(entry(1, 11, 20_000)));
    log.requestSync(3);
    log.saveHardState(vote(3, "n3"));
    log.append(List.of(entry(1, 12, 20_000)));
    log.requestSync(4);
    log.append(entries(1, 13, 13));
    reset(log);
    log.saveHardState(vote(5, "n1"));
    log.requestSync(5);
    log.append(entries(5, 51, 51));
    log.requestSync(6);
    // The old ones in frames of their own, then the reset with what follows it.
    assertThat(log.persistPending()).isEqualTo(4);
    SegmentedLog old = SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options());
    assertThat(old.recovered().index().lastIndex()).isEqualTo(12);
    assertThat(old.recovered().hardState()).isEqualTo(vote(3, "n3"));
    assertThat(readAll(log, 51)).isEqualTo(entries(5, 51, 51));
    assertThat(log.persistPending()).isEqualTo(6);
    assertThat(log.persistPending()).isEqualTo(LogStore.NOTHING);
    log = SegmentedLog.open(disk.afterPowerCutKeepingSynced(), installed());
    assertThat(log.recovered().hardState()).isEqualTo(vote(5, "n1"));
    assertThat(readAll(log)).isEqualTo(entries(5, 51, 51));
  }

  @Test
  void C1_C6_aResetDuringTheSyncOfWhatItDrops() throws IOException {
    SegmentedLog log = ten();
    log.append(entries(1, 11, 12));
    log.requestSync(3);
    disk.faults((operation, file) -> {
      if (operation == Faults.Operation.SYNC) {
        disk.faults(Faults.NONE);
        reset(log);
        log.append(entries(2, 51, 52));
      }
      return Fault.NONE;
    });
    assertThat(log.persistPending()).isEqualTo(3);
    assertThat(readAll(log, 51)).isEqualTo(entries(2, 51, 52));
    assertThat(log.read(11, 12, 1_000)).isEmpty();
    log.requestSync(4);
    log.persistPending();
    assertThat(readAll(log, 51)).isEqualTo(entries(2, 51, 52));
  }

  @Test
  void C6_aResetInTheMiddleOfAReadEndsIt() throws IOException {
    SegmentedLog log = ten();
    disk.onRead(() -> {
      disk.onRead(() -> {
      });
      reset(log);
      log.append(entries(2, 51, 60));
      log.requestSync(3);
      try {
        log.persistPending();
        maintainAll(log);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      assertThat(disk.list()).as("read").contains(Segment.fileName(1));
    });
    assertThat(log.read(1, 99, Long.MAX_VALUE)).isEqualTo(entries(1, 1, 10));
    maintainAll(log);
    assertThat(disk.list()).doesNotContain(Segment.fileName(1));
  }

  @Test
  void C6_theLastOfSeveralResetsCounts() throws IOException {
    SegmentedLog log = ten();
    reset(log);
    log.reset(new LogId(2, 60), 60, SNAPSHOT.configuration());
    log.requestSync(3);
    log.reset(new LogId(2, 70), 70, Logs.CONFIGURATION);
    log.append(entries(2, 71, 71));
    log.requestSync(4);
    assertThat(log.persistPending()).isEqualTo(3);
    assertThat(log.persistPending()).isEqualTo(4);
    assertThat(readAll(log, 71)).isEqualTo(entries(2, 71, 71));
    SimDisk unmaintained = disk.afterPowerCutKeepingSynced();
    maintainAll(log);
    for (SimDisk found : List.of(unmaintained, disk)) {
      SegmentedLog again = SegmentedLog.open(found, Logs.options().withApplied(new LogId(2, 70)));
      assertThat(again.recovered().configuration()).isEqualTo(Logs.CONFIGURATION);
      assertThat(readAll(again)).isEqualTo(entries(2, 71, 71));
      assertThat(found.list()).contains(Segment.fileName(3)).doesNotContain(Segment.fileName(1), Segment.fileName(2));
    }
  }

  @Test
  void C6_aLogThatWasResetIsCompactedAndTruncatedLikeAnyOther() throws IOException {
    SegmentedLog log = ten();
    reset(log);
    for (int index = 51; index <= 60; index++) {
      log.append(List.of(entry(2, index, 2 * FrameFormat.PAGE_BYTES)));
      log.requestSync(index - 48);
      log.persistPending();
    }
    log.truncateFrom(60);
    assertThatThrownBy(() -> log.truncateFrom(50)).isInstanceOf(IllegalStateException.class);
    LogId base = log.compactTo(57);
    assertThat(base.index()).isBetween(54L, 57L);
    maintainAll(log);
    log.requestSync(13);
    log.persistPending();
    SegmentedLog again = SegmentedLog.open(disk.afterPowerCutKeepingSynced(),
        Logs.options().withApplied(new LogId(2, 57)));
    assertThat(again.recovered().index().base()).isEqualTo(base);
    assertThat(again.recovered().configuration()).isEqualTo(SNAPSHOT.configuration());
    assertThat(again.recovered().index().lastIndex()).isEqualTo(59);
  }

  @Test
  void C6_aLogThatHoldsTheSnapshotIsNeverResetWhateverTheFlagSays() throws IOException {
    ten();
    LogStart held = new LogStart(new LogId(1, 7), 7, Logs.CONFIGURATION);
    SegmentedLog log = SegmentedLog.open(disk, Logs.options().withApplied(held.id()).withReset(held));
    assertThat(readAll(log)).isEqualTo(entries(1, 1, 10));
    reset(log);
    log.append(entries(2, 51, 55));
    log.requestSync(1);
    log.persistPending();
    log = SegmentedLog.open(disk, installed().withReset(SNAPSHOT));
    assertThat(readAll(log)).isEqualTo(entries(2, 51, 55));
  }

  @Test
  void C6_aTermThatWasOnlyInMemoryIsEnteredAgainWhenTheResetIsRedone() throws IOException {
    ten().close();
    LogStart later = new LogStart(new LogId(9, 50), 50, Logs.CONFIGURATION);
    SegmentedLog log = SegmentedLog.open(disk, Logs.options().withApplied(later.id()).withReset(later));
    assertThat(log.recovered().hardState()).isEqualTo(term(9));
    assertThat(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options().withApplied(later.id())).recovered()
        .hardState()).isEqualTo(term(9));
  }

  @Test
  void C6_appliedBeyondTheLogWithoutTheFlagIsCorruption() throws IOException {
    ten().close();
    assertThatThrownBy(() -> SegmentedLog.open(disk, installed())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("the log ends with entry 1/10, but the state machine has applied entry 2/50");
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options().withApplied(new LogId(2, 49)).withReset(SNAPSHOT)))
        .isInstanceOf(CorruptLogException.class).hasMessageContaining("is to be reset to a snapshot up to entry 2/50");
    // And nothing was done.
    assertThat(readAll(SegmentedLog.open(disk, Logs.options()))).isEqualTo(entries(1, 1, 10));
  }

  @Test
  void I3_aLogThatIsGoneIsNotMadeAgainByAReset() {
    assertThatThrownBy(() -> SegmentedLog.open(disk, installed().withReset(SNAPSHOT)))
        .isInstanceOf(CorruptLogException.class).hasMessageContaining("no batch is valid");
  }

  @Test
  void C6_aTornResetIsNoReset() throws IOException {
    SegmentedLog log = ten();
    reset(log);
    log.requestSync(3);
    log.persistPending();
    disk.lose(Marker.FILE);
    disk.flipBit(Segment.fileName(2), 70, 2);
    assertThat(readAll(SegmentedLog.open(disk, Logs.options()))).isEqualTo(entries(1, 1, 10));
  }

  @Test
  void L2_C6_theMarkerProvesAReset() throws IOException {
    SegmentedLog log = ten();
    reset(log);
    log.requestSync(3);
    log.persistPending();
    disk.flipBit(Segment.fileName(2), 70, 2);
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("as the marker proves");
  }

  @Test
  void C6_whatStandsBeforeAResetIsNoPartOfTheLogWhateverIsLeftOfIt() throws IOException {
    new ForgedLog(disk).segment(LogId.ZERO, vote(3, "n1"), entries(2, 1, 5))
        .segment(new LogId(2, 5), vote(3, "n1"), entries(2, 6, 6))
        .segment(new LogId(2, 6), vote(3, "n1"), entries(2, 7, 7))
        .reset(new LogId(3, 40), vote(3, "n1"), entries(3, 41, 41)).frame(vote(3, "n1"), entries(3, 42, 42));
    for (int lost = 0; lost < 8; lost++) {
      SimDisk found = disk.afterKill();
      for (int number = 1; number <= 3; number++) {
        if ((lost & (1 << (number - 1))) != 0) {
          found.lose(Segment.fileName(number));
        } else {
          found.flipBit(Segment.fileName(number), 90, 4);
        }
      }
      SegmentedLog log = SegmentedLog.open(found, Logs.options().withApplied(new LogId(3, 40)));
      assertThat(readAll(log)).isEqualTo(entries(3, 41, 42));
      assertThat(found.afterPowerCutKeepingSynced().list()).containsExactly(Marker.FILE, Segment.fileName(4));
    }
  }

  @Test
  void L4_C6_whatFollowsAResetIsCheckedAsEver() throws IOException {
    new ForgedLog(disk).segment(LogId.ZERO, term(3), entries(2, 1, 5)).reset(new LogId(3, 40), term(3), List.of())
        .truncation(term(3), 40, List.of());
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options().withApplied(new LogId(3, 40))))
        .isInstanceOf(CorruptLogException.class).hasMessageContaining("a truncation from 40");
  }

  @Test
  void whatTheCoreMustNotAskForIsRefused() throws IOException {
    SegmentedLog log = ten();
    assertThatThrownBy(() -> log.reset(new LogId(3, 50), 0, Logs.CONFIGURATION)).as("a term it is not in")
        .isInstanceOf(IllegalStateException.class);
    reset(log);
    assertThatThrownBy(() -> log.reset(new LogId(2, 49), 0, Logs.CONFIGURATION)).as("backwards")
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> log.append(entries(2, 11, 11))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> log.append(entries(1, 51, 51))).isInstanceOf(IllegalStateException.class);
  }
}
