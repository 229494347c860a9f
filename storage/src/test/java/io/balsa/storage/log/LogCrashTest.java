package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Histories that are cut off at every operation of the disk, and histories of many lives. A failure names its seed. */
class LogCrashTest {
  private static final int STEPS = 60;
  /** For a long run: {@code -DargLine=-Dbalsa.log.seeds=3000}. */
  private static final int SEEDS = Integer.getInteger("balsa.log.seeds", 40);

  @Test
  void L1_L2_L3_L5_C6_aCrashAtEveryWriteAndSyncLosesNothingAcknowledgedAndMixesNothing() throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      SimDisk whole = new SimDisk();
      assertThat(new LogHistory(seed).live(whole, STEPS)).isTrue();
      for (long nth = 1; nth <= whole.operations(); nth++) {
        for (Fault fault : List.of(Fault.STOP_BEFORE, Fault.STOP_SHORT, Fault.STOP_AFTER)) {
          String name = "seed " + seed + ", " + fault + " at operation " + nth;
          stopAndRecover(name, seed, nth, fault);
        }
      }
    }
  }

  private static void stopAndRecover(String name, long seed, long nth, Fault fault) throws IOException {
    SimDisk disk = new SimDisk();
    disk.faults(Faults.at(nth, fault));
    LogHistory history = new LogHistory(seed);
    assertThat(history.live(disk, STEPS)).as(name).isFalse();
    try {
      history.check(disk.afterPowerCutKeepingSynced());
      history.check(disk.afterPowerCut(new SplittableRandom(seed + nth)));
      history.recover(disk.afterKill(), nth);
    } catch (CorruptLogException | LostLogException | AssertionError e) {
      throw new AssertionError(name + ": " + e.getMessage(), e);
    }
  }

  @Test
  void L3_L5_C6_aRecoveryThatIsCutOffAnywhereCanBeRunAgain() throws IOException {
    for (long seed = 1; seed <= 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SimDisk disk = new SimDisk();
      LogHistory history = new LogHistory(seed);
      disk.faults(Faults.at(10 + random.nextInt(60), random.nextBoolean() ? Fault.STOP_SHORT : Fault.STOP_AFTER));
      history.live(disk, STEPS);
      SimDisk crashed = random.nextBoolean() ? disk.afterKill() : disk.afterPowerCut(random);
      long operations = 1;
      for (long nth = 1; nth <= operations; nth++) {
        for (Fault fault : List.of(Fault.STOP_BEFORE, Fault.STOP_SHORT, Fault.STOP_AFTER)) {
          SimDisk again = crashed.afterKill();
          again.faults(Faults.at(nth, fault));
          boolean stopped = openIsStopped(again, history.options());
          operations = Math.max(operations, stopped ? nth + 1 : 0);
          history.check(again.afterKill());
          history.check(again.afterPowerCutKeepingSynced());
          history.check(again.afterPowerCut(random));
          history.check(again.afterKill().afterPowerCut(random));
        }
      }
      assertThat(operations).isGreaterThan(5);
    }
  }

  private static boolean openIsStopped(SimDisk disk, LogOptions options) throws IOException {
    try {
      SegmentedLog.open(disk, options).close();
      return false;
    } catch (CorruptLogException | LostLogException e) {
      throw e;
    } catch (SimDisk.Stopped | IOException e) {
      return true;
    }
  }

  @Test
  void L1_to_L5_C6_manyLivesWithStopsAndFailuresKeepEverythingAcknowledged() throws IOException {
    List<Fault> faults = List.of(Fault.STOP_BEFORE, Fault.STOP_SHORT, Fault.STOP_AFTER, Fault.FAIL, Fault.FAIL_SHORT,
        Fault.DISK_FULL);
    int compactions = 0;
    int resets = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LogHistory history = new LogHistory(seed);
      SimDisk disk = new SimDisk();
      for (int life = 1; life <= 8; life++) {
        disk.faults(Faults.at(1 + random.nextInt(120), faults.get(random.nextInt(faults.size()))));
        history.live(disk, 80);
        try {
          disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerCut(random);
          while (random.nextInt(3) == 0) {
            disk.faults(Faults.at(1 + random.nextInt(12), faults.get(random.nextInt(faults.size()))));
            openIsStopped(disk, history.options());
            disk = random.nextBoolean() ? disk.afterKill() : disk.afterPowerCut(random);
          }
          history.recover(disk, random.nextLong());
        } catch (CorruptLogException | LostLogException | AssertionError e) {
          throw new AssertionError("seed " + seed + ", life " + life + ": " + e.getMessage(), e);
        }
      }
      compactions += history.compactions();
      resets += history.resets();
    }
    assertThat(compactions).isGreaterThan(SEEDS);
    assertThat(resets).isGreaterThan(SEEDS);
  }
}
