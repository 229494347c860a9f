package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The contract, and what the simulated disk forgets. */
class SimDiskTest extends DiskContract {
  private static final int PAGE = 4096;

  @Override
  SimDisk disk() {
    return new SimDisk();
  }

  /** A durable file of three pages of ones, and over it three pages of twos that were not synced. */
  private SimDisk unsyncedOverSynced() throws IOException {
    SimDisk disk = disk();
    DiskFile file = disk.create("a");
    file.write(0, pages(1, 3));
    file.syncAll();
    disk.sync();
    for (int page = 0; page < 3; page++) {
      file.write((long) page * PAGE, pages(2, 1));
    }
    return disk;
  }

  @Test
  void syncedBytesOnlyIsOneOutcomeAndAnySubsetOfPagesAnother() throws IOException {
    SimDisk disk = unsyncedOverSynced();
    assertThat(firstBytes(disk.afterPowerCutKeepingSynced())).isEqualTo("111");
    TreeSet<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < 300; seed++) {
      outcomes.add(firstBytes(disk.afterPowerCut(new SplittableRandom(seed))));
    }
    assertThat(outcomes).containsExactly("111", "112", "121", "122", "211", "212", "221", "222");
    assertThat(firstBytes(disk)).isEqualTo("222");
  }

  @Test
  void unsyncedBytesAreVisibleAfterAKillAndLostAtThePowerCutAfterIt() throws IOException {
    SimDisk killed = unsyncedOverSynced().afterKill();
    assertThat(firstBytes(killed)).isEqualTo("222");
    assertThat(firstBytes(killed.afterPowerCutKeepingSynced())).isEqualTo("111");
    killed.open("a").sync();
    assertThat(firstBytes(killed.afterPowerCutKeepingSynced())).isEqualTo("222");
  }

  @Test
  void whatAFailedSyncWasToWriteIsNotWrittenByTheNextOne() throws IOException {
    SimDisk disk = unsyncedOverSynced();
    disk.faults(Faults.at(1, Fault.FAIL));
    DiskFile file = disk.open("a");
    assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
    file.sync();
    assertThat(firstBytes(disk)).isEqualTo("222");
    assertThat(firstBytes(disk.afterPowerCutKeepingSynced())).isEqualTo("111");
  }

  @Test
  void fdatasyncDoesNotMakeAGrownFileDurable() throws IOException {
    SimDisk disk = unsyncedOverSynced();
    DiskFile file = disk.open("a");
    file.write(3 * PAGE, pages(2, 1));
    file.sync();
    assertThat(firstBytes(disk.afterPowerCutKeepingSynced())).isEqualTo("222");
    file.syncAll();
    assertThat(firstBytes(disk.afterPowerCutKeepingSynced())).isEqualTo("2222");
  }

  @Test
  void namesAreDurableOnlyAfterTheDirectorySync() throws IOException {
    SimDisk disk = disk();
    DiskFile file = disk.create("a");
    file.write(0, pages(1, 1));
    file.syncAll();
    assertThat(disk.afterPowerCutKeepingSynced().list()).isEmpty();
    disk.sync();
    disk.rename("a", "b");
    assertThat(disk.list()).containsExactly("b");
    assertThat(disk.afterPowerCutKeepingSynced().list()).containsExactly("a");
    disk.sync();
    disk.delete("b");
    assertThat(disk.afterPowerCutKeepingSynced().list()).containsExactly("b");
    TreeSet<Integer> counts = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      counts.add(disk.afterPowerCut(new SplittableRandom(seed)).list().size());
    }
    assertThat(counts).containsExactly(0, 1);
  }

  @Test
  void aStoppedMachineStaysStoppedAndHalfAWriteIsDone() throws IOException {
    SimDisk disk = disk();
    DiskFile file = disk.create("a");
    disk.faults(Faults.at(1, Fault.STOP_SHORT));
    assertThatThrownBy(() -> file.write(0, pages(1, 2))).isInstanceOf(SimDisk.Stopped.class);
    assertThatThrownBy(disk::list).isInstanceOf(SimDisk.Stopped.class);
    assertThat(firstBytes(disk.afterKill())).isEqualTo("1");
  }

  @Test
  void aFullDiskSaysSo() throws IOException {
    SimDisk disk = disk();
    disk.capacity(2 * PAGE);
    DiskFile file = disk.create("a");
    file.write(0, pages(1, 2));
    assertThatThrownBy(() -> file.write(2 * PAGE, pages(1, 1))).isInstanceOf(DiskFullException.class)
        .hasMessageContaining("disk full").hasMessageContaining("free some space");
    file.write(0, pages(2, 2));
  }

  @Test
  void theSameSeedGivesTheSameDisk() throws IOException {
    SimDisk disk = unsyncedOverSynced();
    for (int seed = 0; seed < 20; seed++) {
      assertThat(firstBytes(disk.afterPowerCut(new SplittableRandom(seed))))
          .isEqualTo(firstBytes(disk.afterPowerCut(new SplittableRandom(seed))));
    }
  }

  private static ByteBuffer pages(int value, int count) {
    byte[] bytes = new byte[count * PAGE];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private static String firstBytes(SimDisk disk) throws IOException {
    byte[] bytes = disk.afterKill().contents("a");
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; at += PAGE) {
      text.append(bytes[at]);
    }
    return text.toString();
  }
}
