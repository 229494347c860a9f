package io.balsa.storage.log;

import static io.balsa.storage.log.Logs.entries;
import static io.balsa.storage.log.Logs.term;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.LogId;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I3: a log that is gone is never taken for a new one. */
class LostLogTest {

  @Test
  void I3_anEmptyOrMissingDirectoryIsALostLogUnlessCreationIsAllowed(@TempDir Path directory) throws IOException {
    Path log = directory.resolve("log");
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> SegmentedLog.open(new FileDisk(log), Logs.options()))
          .isInstanceOf(LostLogException.class).hasMessageContaining("lost log: " + log)
          .hasMessageContaining("has taken part in a cluster");
      assertThat(Files.exists(log)).isEqualTo(round == 1);
      Files.createDirectories(log);
    }
    SegmentedLog.open(new FileDisk(log), Logs.creating()).close();
    SegmentedLog.open(new FileDisk(log), Logs.options()).close();
  }

  @Test
  void I3_anEmptyLogBesideAStateThatWasAppliedIsCorruptEvenWhereCreationIsAllowed() {
    assertThatThrownBy(() -> SegmentedLog.open(new SimDisk(), Logs.creating().withApplied(new LogId(1, 1))))
        .isInstanceOf(CorruptLogException.class).hasMessageContaining("the state machine has applied entry 1/1");
  }

  @Test
  void I3_segmentsThatAreGoneWhileTheMarkerIsThereAreCorruptEvenWhereCreationIsAllowed() throws IOException {
    SimDisk disk = new SimDisk();
    SegmentedLog.open(disk, Logs.creating()).close();
    disk.lose(Segment.fileName(1));
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.creating())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("batch 1 had been durable");
  }

  @Test
  void I3_aFirstBatchThatIsNotValidIsCorruptUnlessCreationIsAllowed() throws IOException {
    SimDisk disk = new SimDisk();
    SegmentedLog.open(disk, Logs.creating()).close();
    disk.lose(Marker.FILE);
    disk.flipBit(Segment.fileName(1), 10, 1);
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options())).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("no batch is valid, but something was written");
  }

  @Test
  void aCreationThatIsCutOffAnywhereCanBeRunAgain() throws IOException {
    SimDisk whole = new SimDisk();
    SegmentedLog.open(whole, Logs.creating()).close();
    SplittableRandom random = new SplittableRandom(5);
    for (long nth = 1; nth <= whole.operations(); nth++) {
      for (Fault fault : new Fault[]{Fault.STOP_BEFORE, Fault.STOP_SHORT, Fault.STOP_AFTER}) {
        SimDisk disk = new SimDisk();
        disk.faults(Faults.at(nth, fault));
        assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.creating())).isInstanceOf(SimDisk.Stopped.class);
        for (int i = 0; i < 5; i++) {
          SimDisk crashed = i == 0 ? disk.afterKill() : disk.afterPowerCut(random);
          SegmentedLog log = SegmentedLog.open(crashed, Logs.creating());
          log.saveHardState(term(1));
          log.append(entries(1, 1, 2));
          log.requestSync(1);
          log.persistPending();
          SimDisk again = crashed.afterPowerCutKeepingSynced();
          assertThat(Logs.readAll(SegmentedLog.open(again, Logs.options()))).isEqualTo(entries(1, 1, 2));
        }
      }
    }
  }

  @Test
  void aFailedOpenLeavesNoFileOpenAndCanBeRunAgain(@TempDir Path directory) throws IOException {
    FileDisk disk = new FileDisk(directory);
    SegmentedLog.open(disk, Logs.creating()).close();
    assertThatThrownBy(() -> SegmentedLog.open(disk, Logs.options().withApplied(new LogId(1, 1))))
        .isInstanceOf(CorruptLogException.class);
    SegmentedLog.open(disk, Logs.options()).close();
  }
}
