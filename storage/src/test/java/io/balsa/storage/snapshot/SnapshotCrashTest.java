package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.SimDisk;
import io.balsa.storage.snapshot.sim.SimStores;
import io.balsa.storage.snapshot.sim.SimVolume;
import io.balsa.storage.state.RandomLog;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A machine that stops at each named point, and at every single operation of its disk, while it receives and installs a snapshot (C6), or
 * sets a damaged state aside (I3): what the next start finds is the state before or the snapshot, whole, never more and never less than
 * was promised, and the install can be done from there.
 */
final class SnapshotCrashTest {
  private static final int OLD = 60;
  private static final int SNAPSHOT = 120;
  private static final int LATER = 140;
  private static final Faults.Fault[] STOPS = {Faults.Fault.STOP_BEFORE, Faults.Fault.STOP_SHORT,
      Faults.Fault.STOP_AFTER};
  private static final Configuration INITIAL = new Configuration(
      List.of(new Member(new NodeId("n1"), 1, true, "h:1", "h:2")));

  private final List<Entry> log = RandomLog.entries(21, LATER);
  /** What the state's hash is when so many entries were applied. */
  private final TreeMap<Long, Long> hashes = new TreeMap<>();
  private final Random random = new Random(21);
  private SnapshotMeta meta;
  private byte[] stream;

  /** What a node's disk is like before the machine starts. */
  private enum Begin {
    FRESH, OLD_STATE, MARKED, ROTTEN
  }

  /** What the process that crashed had been told is done. */
  private static final class Promises {
    boolean opened;
    boolean installed;
    boolean reset;
    boolean flushed;
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeEach
  void takeTheSnapshot() throws Exception {
    OpenState leader = open(new SimVolume(), CrashPoint.NONE);
    hashes.put(0L, SnapshotContract.hash(leader.machine()).hash());
    SnapshotContract.apply(leader.machine(), log, 0, OLD);
    hashes.put((long) OLD, SnapshotContract.hash(leader.machine()).hash());
    SnapshotContract.apply(leader.machine(), log, OLD, SNAPSHOT);
    hashes.put((long) SNAPSHOT, SnapshotContract.hash(leader.machine()).hash());
    try (OutgoingSnapshot sent = leader.snapshots().open(SNAPSHOT)) {
      meta = sent.meta();
      stream = sent.read(0, Integer.MAX_VALUE).array();
    }
    SnapshotContract.apply(leader.machine(), log, SNAPSHOT, LATER);
    hashes.put((long) LATER, SnapshotContract.hash(leader.machine()).hash());
  }

  private static OpenState open(SimVolume disk, Consumer<CrashPoint> crashes) throws IOException {
    return OpenState.open(disk, new SimStores(disk),
        StateOptions.of(() -> 7).withProgressBytes(1_500).withInitial(INITIAL).withCrashes(crashes));
  }

  private SimVolume disk(Begin begin) throws IOException {
    SimVolume disk = new SimVolume();
    if (begin == Begin.FRESH) {
      return disk;
    }
    OpenState state = open(disk, CrashPoint.NONE);
    SnapshotContract.apply(state.machine(), log, 0, OLD);
    state.machine().close();
    if (begin == Begin.MARKED) {
      StateDirectory.markCorrupt(disk, "a row was not what it was");
    } else if (begin == Begin.ROTTEN) {
      disk.disk("state-0").flipBit("rows", 100, 3);
    }
    return disk.afterPowerCutKeepingSynced();
  }

  /** All that a node does, from its start to going on behind the snapshot; with a stream that is damaged first. */
  private void work(SimVolume disk, Consumer<CrashPoint> crashes, Promises promises) throws IOException {
    OpenState state = open(disk, crashes);
    promises.opened = true;
    byte[] damaged = stream.clone();
    damaged[stream.length / 2] ^= 1;
    IncomingSnapshot refused = state.snapshots().receive(meta);
    if (refused.nextOffset() == 0) {
      send(refused, damaged);
      assertThat(refused.finish()).isFalse();
    }
    finish(state, promises);
  }

  private void finish(OpenState state, Promises promises) throws IOException {
    IncomingSnapshot received = state.snapshots().receive(meta);
    send(received, stream);
    if (!received.finish()) {
      received = state.snapshots().receive(meta);
      assertThat(received.nextOffset()).isZero();
      send(received, stream);
      assertThat(received.finish()).isTrue();
    }
    state.machine().install(received, true);
    promises.installed = true;
    state.machine().removeObsolete();
    state.machine().logReset();
    promises.reset = true;
    SnapshotContract.removeObsolete(state.machine());
    SnapshotContract.apply(state.machine(), log, SNAPSHOT, LATER);
    state.machine().flush();
    promises.flushed = true;
  }

  private static void send(IncomingSnapshot to, byte[] bytes) throws IOException {
    while (to.nextOffset() < bytes.length) {
      int from = (int) to.nextOffset();
      to.write(from, Bytes.wrap(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 700))));
    }
  }

  /** Runs until the crash, if it comes. */
  private Promises run(SimVolume disk, Consumer<CrashPoint> crashes) throws IOException {
    Promises promises = new Promises();
    try {
      work(disk, crashes, promises);
    } catch (Crash | SimDisk.Stopped e) {
      return promises;
    }
    return promises;
  }

  private SimVolume next(SimVolume crashed) {
    return switch (random.nextInt(3)) {
      case 0 -> crashed.afterKill();
      case 1 -> crashed.afterPowerCutKeepingSynced();
      default -> crashed.afterPowerCut(random);
    };
  }

  private void check(Begin begin, SimVolume disk, Promises promises, String where) throws IOException {
    OpenState state = open(disk, CrashPoint.NONE);
    long applied = state.machine().applied().index();
    boolean wasDamaged = begin == Begin.MARKED || begin == Begin.ROTTEN;
    long before = begin == Begin.OLD_STATE ? OLD : 0;
    if (!wasDamaged || promises.opened) {
      assertThat(state.setAside()).as(where).isNull();
    }
    assertThat(applied).as(where).isIn(before, (long) SNAPSHOT, (long) LATER);
    assertThat(SnapshotContract.hash(state.machine()).hash()).as(where).isEqualTo(hashes.get(applied));
    if (promises.installed) {
      assertThat(applied).as("%s: what was installed is durable", where).isGreaterThanOrEqualTo(SNAPSHOT);
    }
    if (promises.flushed) {
      assertThat(applied).as(where).isEqualTo(LATER);
    }
    boolean owed = state.machine().logResetOwed() != null;
    if (applied == before || promises.reset) {
      assertThat(owed).as("%s: no reset that is not due, none that was done", where).isFalse();
    } else if (!promises.installed) {
      assertThat(owed).as("%s: the log was not reset", where).isTrue();
    }
    if (owed) {
      assertThat(state.machine().logResetOwed().configuration()).isEqualTo(meta.configuration());
    }
    assertThat(disk.directories().stream().filter(name -> !name.endsWith(".corrupt")).toList())
        .as("%s: nothing is left over", where).hasSizeLessThanOrEqualTo(2);

    if (applied == before) {
      finish(state, new Promises());
      assertThat(SnapshotContract.hash(state.machine()).hash()).as(where).isEqualTo(hashes.get((long) LATER));
      state.machine().close();
      disk.files().sync();
      OpenState again = open(disk.afterPowerCutKeepingSynced(), CrashPoint.NONE);
      assertThat(again.machine().applied().index()).as(where).isEqualTo(LATER);
      assertThat(again.machine().logResetOwed()).as(where).isNull();
    }
  }

  @Test
  void c6_aCrashAtEachNamedPoint() throws Exception {
    EnumSet<CrashPoint> hit = EnumSet.noneOf(CrashPoint.class);
    for (Begin begin : Begin.values()) {
      for (CrashPoint point : CrashPoint.values()) {
        for (int round = 0; round < 8; round++) {
          // The first time it comes there, or a later one.
          int[] left = {1 + round % 3};
          SimVolume disk = disk(begin);
          Promises promises = run(disk, here -> {
            if (here == point && --left[0] == 0) {
              hit.add(point);
              disk.stop();
              throw new Crash();
            }
          });
          if (left[0] <= 0) {
            check(begin, next(disk), promises, begin + " at " + point + " round " + round);
          }
        }
      }
    }
    assertThat(hit).as("every point is come by").containsExactlyInAnyOrder(CrashPoint.values());
  }

  @Test
  void c6_aCrashAtEveryOperationOfTheDisk() throws Exception {
    for (Begin begin : Begin.values()) {
      SimVolume whole = disk(begin);
      long first = whole.operations();
      run(whole, CrashPoint.NONE);
      long operations = whole.operations() - first;
      assertThat(operations).isGreaterThan(50);
      for (long nth = 1; nth <= operations; nth++) {
        for (Faults.Fault stop : STOPS) {
          SimVolume disk = disk(begin);
          disk.faults(Faults.at(nth, stop));
          Promises promises = run(disk, CrashPoint.NONE);
          check(begin, next(disk), promises, begin + " at operation " + nth + " " + stop);
        }
      }
    }
  }

  /** A crash in the recovery from a crash, again and again. */
  @Test
  void c6_crashesWithoutEnd() throws Exception {
    for (Begin begin : Begin.values()) {
      for (int history = 0; history < 40; history++) {
        SimVolume disk = disk(begin);
        Promises all = new Promises();
        @Nullable
        Promises last = null;
        while (last == null || !last.flushed) {
          disk.faults(Faults.at(1 + random.nextInt(120), STOPS[random.nextInt(STOPS.length)]));
          last = new Promises();
          try {
            OpenState state = open(disk, CrashPoint.NONE);
            last.opened = true;
            if (state.machine().applied().index() < SNAPSHOT) {
              assertThat(all.installed).as("an install was taken back").isFalse();
              finish(state, last);
            } else {
              state.machine().logReset();
              last.reset = true;
              SnapshotContract.apply(state.machine(), log, (int) state.machine().applied().index(), LATER);
              state.machine().flush();
              last.flushed = true;
            }
          } catch (SimDisk.Stopped e) {
            all.installed |= last.installed;
          }
          if (!last.flushed) {
            disk = next(disk);
          }
        }
        disk.faults(Faults.NONE);
        OpenState state = open(disk.afterPowerCutKeepingSynced(), CrashPoint.NONE);
        assertThat(SnapshotContract.hash(state.machine()).hash()).isEqualTo(hashes.get((long) LATER));
      }
    }
  }
}
