package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.entry;
import static io.balsa.storage.log.Logs.term;
import static io.balsa.storage.log.Logs.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** L3: recovery does not trust the page cache. */
class LogRulesL3Test {
  private static final String SEGMENT = Segment.fileName(1);

  private SimDisk disk = new SimDisk();

  /**
   * Two entries are durable; the third, with a new vote, is in the page cache only when the given fault has met its
   * sync.
   */
  private SegmentedLog untilTheThirdSync(Fault fault) throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    log.append(entries(1, 1, 2));
    log.requestSync(1);
    log.persistPending();
    log.saveHardState(vote(2, "n2"));
    log.append(entries(2, 3, 3));
    log.requestSync(2);
    disk.faults(Faults.at(2, fault));
    return log;
  }

  @Test
  void L3_whatRecoveryHandsOutSurvivesAPowerCutThoughItWasOnlyVisibleWhenItWasRead() throws IOException {
    SegmentedLog log = untilTheThirdSync(Fault.STOP_BEFORE);
    assertThatThrownBy(log::persistPending).isInstanceOf(SimDisk.Stopped.class);
    SimDisk killed = disk.afterKill();
    // Without recovery in between the third entry is gone.
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options()))).hasSize(2);

    SegmentedLog recovered = SegmentedLog.open(killed, Logs.options());
    assertThat(Logs.readAll(recovered)).hasSize(3);
    assertThat(recovered.recovered().hardState()).isEqualTo(vote(2, "n2"));
    SegmentedLog again = SegmentedLog.open(killed.afterPowerCutKeepingSynced(), Logs.options());
    assertThat(Logs.readAll(again)).hasSize(3).endsWith(entry(2, 3));
    assertThat(again.recovered().hardState()).isEqualTo(vote(2, "n2"));
  }

  @Test
  void L3_pagesThatAFailedSyncLeftForCleanAreWrittenAgain() throws IOException {
    SegmentedLog log = untilTheThirdSync(Fault.FAIL);
    assertThatThrownBy(log::persistPending).isInstanceOf(IOException.class).hasMessageContaining("injected failure");
    SimDisk restarted = disk.afterKill();
    assertThat(Logs.readAll(SegmentedLog.open(restarted, Logs.options()))).hasSize(3);
    assertThat(Logs.readAll(SegmentedLog.open(restarted.afterPowerCutKeepingSynced(), Logs.options()))).hasSize(3);
  }

  @Test
  void L3_aFailedSyncIsNeverTriedAgain() throws IOException {
    SegmentedLog log = untilTheThirdSync(Fault.FAIL);
    assertThatThrownBy(log::persistPending).isInstanceOf(IOException.class).hasMessageContaining("injected failure");
    long operations = disk.operations();
    log.requestSync(3);
    assertThatThrownBy(log::persistPending).isInstanceOf(IOException.class)
        .hasMessageContaining("failed before and is not written any more")
        .hasRootCauseMessage("injected failure of SYNC " + SEGMENT);
    assertThatThrownBy(log::maintain).isInstanceOf(IOException.class);
    assertThat(disk.operations()).isEqualTo(operations);
  }

  @Test
  void L3_aFailedWriteOrMarkerOrSpareIsTheEndToo() throws IOException {
    for (int nth = 1; nth <= 3; nth += 2) {
      SimDisk failing = new SimDisk();
      SegmentedLog log = SegmentedLog.open(failing, Logs.creating());
      log.saveHardState(term(1));
      log.requestSync(1);
      failing.faults(Faults.at(nth, Fault.FAIL_SHORT));
      assertThatThrownBy(log::persistPending).isInstanceOf(IOException.class).hasMessageContaining("short write");
      assertThatThrownBy(log::persistPending).isInstanceOf(IOException.class).hasMessageContaining("failed before");
    }
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    log.requestSync(1);
    disk.faults(Faults.at(1, Fault.FAIL));
    assertThatThrownBy(log::maintain).isInstanceOf(IOException.class).hasMessageContaining("injected failure");
    assertThatThrownBy(log::persistPending).isInstanceOf(IOException.class).hasMessageContaining("failed before");
  }

  @Test
  void L3_theCopyIsSyncedThenRenamedThenTheDirectoryIsSyncedBeforeAnythingIsHandedOut() throws IOException {
    SegmentedLog.open(disk, Logs.creating()).close();
    byte[] before = disk.contents(SEGMENT);
    List<String> trace = new ArrayList<>();
    disk.faults((operation, file) -> {
      String step = operation + " " + file;
      if (trace.isEmpty() || !trace.get(trace.size() - 1).equals(step)) {
        trace.add(step);
      }
      return Fault.NONE;
    });
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(trace).containsExactly("CREATE " + Recovery.COPY, "WRITE " + Recovery.COPY, "SYNC " + Recovery.COPY,
        "RENAME " + Recovery.COPY, "SYNC_DIRECTORY .", "WRITE " + Marker.FILE, "SYNC " + Marker.FILE);
    assertThat(disk.contents(SEGMENT)).isEqualTo(before);
    log.saveHardState(term(1));
    log.append(entries(1, 1, 1));
    log.requestSync(1);
    log.persistPending();
    // The writer goes on in the new file, not in the one that lost its name.
    assertThat(Arrays.mismatch(disk.contents(SEGMENT), before)).isEqualTo(FrameFormat.PAGE_BYTES);
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options()))).hasSize(1);
  }

  @Test
  void L3_whatAnInterruptedRecoveryLeftBehindIsRemoved() throws IOException {
    SegmentedLog.open(disk, Logs.creating()).close();
    disk.create(Recovery.COPY).close();
    disk.create(SpareSegments.UNFINISHED).close();
    SegmentedLog log = SegmentedLog.open(disk, Logs.options());
    assertThat(disk.list()).containsExactly(Marker.FILE, SEGMENT);
    assertThat(log.maintain()).isTrue();
  }

  @Test
  void L3_theSizeOfASpareThatHadBegunToGrowIsNotTrusted() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    boolean worked = true;
    while (worked) {
      worked = log.maintain();
    }
    log.saveHardState(term(1));
    log.append(List.of(entry(1, 1, 60_000)));
    log.requestSync(1);
    // The write that makes the spare larger: half of it is done, and visible.
    disk.faults(Faults.at(1, Fault.DISK_FULL));
    assertThatThrownBy(log::persistPending).isInstanceOf(DiskFullException.class);
    disk = disk.afterKill();
    log = SegmentedLog.open(disk, Logs.options());
    log.saveHardState(term(1));
    for (int seq = 1; seq <= 16; seq++) {
      log.append(entries(1, seq, seq));
      log.requestSync(seq);
      log.persistPending();
    }
    assertThat(Logs.readAll(SegmentedLog.open(disk.afterPowerCutKeepingSynced(), Logs.options())))
        .isEqualTo(entries(1, 1, 16));
  }

  @Test
  void L3_aLogIsRecoveredUnderAnotherSegmentSize() throws IOException {
    long last = 0;
    for (int pages : new int[]{8, 2, 32, 1, 8}) {
      disk = disk.afterPowerCutKeepingSynced();
      LogOptions options = (last == 0 ? Logs.creating() : Logs.options()).withSegmentBytes(
          pages * FrameFormat.PAGE_BYTES);
      SegmentedLog log = SegmentedLog.open(disk, options);
      assertThat(Logs.readAll(log)).isEqualTo(entries(1, 1, last));
      log.saveHardState(term(1));
      for (int seq = 1; seq <= 12; seq++) {
        last++;
        log.append(entries(1, last, last));
        log.requestSync(seq);
        log.persistPending();
      }
      assertThat(Logs.readAll(log)).isEqualTo(entries(1, 1, last));
    }
  }

  @Test
  void L3_aFullDiskSaysSoAndNothingAcknowledgedIsMissingWhenThereIsRoomAgain() throws IOException {
    SegmentedLog log = SegmentedLog.open(disk, Logs.creating());
    log.saveHardState(term(1));
    log.append(entries(1, 1, 5));
    log.requestSync(1);
    log.persistPending();
    disk.capacity(disk.contents(SEGMENT).length + 10_000L);
    log.append(List.of(entry(1, 6, 30_000)));
    log.requestSync(2);
    assertThatThrownBy(log::persistPending).isInstanceOf(DiskFullException.class).hasMessageContaining("disk full")
        .hasMessageContaining("free some space and start the node again");
    SimDisk restarted = disk.afterKill();
    assertThatThrownBy(() -> SegmentedLog.open(restarted, Logs.options())).isInstanceOf(DiskFullException.class);
    restarted.capacity(Long.MAX_VALUE);
    assertThat(Logs.readAll(SegmentedLog.open(restarted, Logs.options()))).isEqualTo(entries(1, 1, 5));
  }
}
