package io.balsa.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.storage.log.CorruptLogException;
import io.balsa.storage.log.LogOptions;
import io.balsa.storage.log.SegmentedLog;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.log.sim.Faults.Fault;
import io.balsa.storage.log.sim.SimDisk;
import io.balsa.storage.snapshot.sim.SimStores;
import io.balsa.storage.snapshot.sim.SimVolume;
import io.balsa.storage.state.KvStateMachine;
import io.balsa.storage.state.RandomLog;
import io.balsa.storage.state.StateHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * C6, the install as a whole: snapshot, pointer and log on one simulated machine, which stops at every operation of its
 * disk and at every named place. What starts again is what was there before or what was installed, never a mixture; it
 * has forgotten nothing that it acknowledged; and it comes through when the install is tried again.
 */
class InstallCrashTest {
  private static final int SNAPSHOT = 220;
  private static final int END = 250;
  private static final List<Fault> STOPS = List.of(Fault.STOP_BEFORE, Fault.STOP_SHORT, Fault.STOP_AFTER);

  private final List<Entry> log = RandomLog.entries(17, END).stream().map(InstallCrashTest::appendable).toList();
  /** Of the state after each entry. */
  private final List<StateHash> hashes = new ArrayList<>();
  private final AtomicLong ids = new AtomicLong();
  private OpenState leader;

  /** The core appends no configuration that is none. */
  private static Entry appendable(Entry entry) {
    return entry.type() == EntryType.CONFIGURATION
        ? new Entry(entry.type(), entry.term(), entry.index(), entry.stampNanos(), Configuration.EMPTY.encode())
        : entry;
  }

  /** A log and a state, opened as a node opens them. */
  private static final class Node {
    final KvStateMachine machine;
    final StateDirectory snapshots;
    final SegmentedLog log;
    private long seq;

    Node(SimVolume volume, StateOptions options) throws IOException {
      OpenState state = OpenState.open(volume, new SimStores(volume), options);
      machine = state.machine();
      snapshots = state.snapshots();
      LogId applied = machine.applied();
      LogOptions found = LogOptions.of(() -> 7).withSegmentBytes(16 << 10).withCacheBytes(0).withApplied(applied);
      found = applied.index() == 0 ? found.withLostState() : found;
      LogStart owed = machine.logResetOwed();
      found = owed == null ? found : found.withReset(owed);
      boolean fresh = volume.directory("log").list().isEmpty();
      log = SegmentedLog.open(volume.directory("log"), fresh ? found.creating(Configuration.EMPTY) : found);
      if (owed != null) {
        machine.logReset();
      }
    }

    void persist() throws IOException {
      log.requestSync(++seq);
      assertThat(log.persistPending()).isEqualTo(seq);
    }

    /** Appends, persists and applies, a few at a time. */
    void append(List<Entry> entries) throws IOException {
      for (int at = 0; at < entries.size(); at += 7) {
        log.append(entries.subList(at, Math.min(entries.size(), at + 7)));
        persist();
      }
    }

    void maintain() throws IOException {
      boolean worked = true;
      while (worked) {
        worked = log.maintain();
      }
    }

    /** Everything that its log holds is committed. */
    void applyAll() throws IOException {
      long next = machine.applied().index() + 1;
      for (List<Entry> more = log.read(next, Long.MAX_VALUE, 2_000); !more.isEmpty(); more = log.read(next,
          Long.MAX_VALUE, 2_000)) {
        machine.apply(more);
        next += more.size();
      }
    }

    long base() {
      return log.recovered().index().base().index();
    }

    long last() {
      return log.recovered().index().lastIndex();
    }
  }

  private StateOptions options(Consumer<CrashPoint> crashes) {
    return StateOptions.of(ids::incrementAndGet).withProgressBytes(8_000).withCrashes(crashes);
  }

  private Node node(SimVolume volume) throws IOException {
    return new Node(volume, options(point -> {
    }));
  }

  private HardState hardState() {
    return new HardState(log.get(END - 1).term() + 3, new NodeId("n2"));
  }

  @BeforeEach
  void applyAndSnapshot() throws IOException {
    SimVolume reference = new SimVolume();
    OpenState state = OpenState.open(reference, new SimStores(reference), options(point -> {
    }));
    hashes.add(state.machine().reads().hash().compute());
    for (Entry entry : log) {
      state.machine().apply(List.of(entry));
      hashes.add(state.machine().reads().hash().compute());
    }
    SimVolume volume = new SimVolume();
    leader = OpenState.open(volume, new SimStores(volume), options(point -> {
    }));
    leader.machine().apply(log.subList(0, SNAPSHOT));
  }

  private interface Work {
    void on(SimVolume volume, Consumer<CrashPoint> crashes) throws IOException;
  }

  private interface Check {
    void on(SimVolume volume) throws IOException;
  }

  private EnumSet<CrashPoint> cutOff(SimVolume before, Work work, Check check) throws IOException {
    EnumSet<CrashPoint> met = EnumSet.noneOf(CrashPoint.class);
    SimVolume whole = before.afterKill();
    work.on(whole, met::add);
    check.on(whole.afterPowerCutKeepingSynced());
    SplittableRandom random = new SplittableRandom(3);
    for (CrashPoint point : met) {
      SimVolume volume = before.afterKill();
      assertStops(() -> work.on(volume, passed -> {
        if (passed == point) {
          volume.stop();
        }
      }));
      checkAll(point.name(), volume, random, check);
    }
    for (long nth = 1; nth <= whole.operations(); nth++) {
      // One way to stop each, for there are many operations; the next run of the same operation is often not far.
      Fault fault = STOPS.get((int) (nth % STOPS.size()));
      SimVolume volume = before.afterKill();
      volume.faults(Faults.at(nth, fault));
      assertStops(() -> work.on(volume, CrashPoint.NONE));
      checkAll(fault + " at operation " + nth, volume, random, check);
    }
    return met;
  }

  private interface Stopping {
    void run() throws IOException;
  }

  /** The simulated machine is at its end, however that looks from where it stopped. */
  private static void assertStops(Stopping work) throws IOException {
    try {
      work.run();
    } catch (SimDisk.Stopped e) {
      return;
    }
    throw new AssertionError("it did not stop");
  }

  private static void checkAll(String where, SimVolume stopped, SplittableRandom random, Check check) {
    try {
      check.on(stopped.afterKill());
      check.on(stopped.afterPowerCutKeepingSynced());
      check.on(stopped.afterPowerCut(random));
      check.on(stopped.afterKill().afterPowerCut(random));
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(where, e);
    }
  }

  private void transferAndInstall(Node node, boolean resetLog) throws IOException {
    try (OutgoingSnapshot sent = leader.snapshots().open(SNAPSHOT)) {
      IncomingSnapshot received = node.snapshots.receive(sent.meta());
      SnapshotContract.transfer(sent, received, Long.MAX_VALUE);
      assertThat(received.finish()).isTrue();
      node.machine.install(received, resetLog);
      SnapshotContract.removeObsolete(node.machine);
    }
  }

  // ---- a follower that lacks what the leader's log holds no more

  /** Sixty entries, forty of them applied, thirty flushed; it has voted since. */
  private SimVolume lagging() throws IOException {
    SimVolume volume = new SimVolume();
    Node node = node(volume);
    node.log.saveHardState(new HardState(log.get(END - 1).term(), null));
    node.append(log.subList(0, 60));
    node.machine.apply(log.subList(0, 30));
    node.machine.flush();
    node.machine.apply(log.subList(30, 40));
    node.log.saveHardState(hardState());
    node.persist();
    return volume.afterKill();
  }

  /** What a node does with a snapshot whose LogId its log lacks, and what follows. */
  private void installAndGoOn(SimVolume volume, Consumer<CrashPoint> crashes) throws IOException {
    Node node = new Node(volume, options(crashes));
    if (node.machine.applied().index() < SNAPSHOT) {
      node.applyAll();
      transferAndInstall(node, true);
      SnapshotMeta meta = leaderMeta();
      node.log.reset(meta.lastIncluded(), meta.stampNanos(), meta.configuration());
      node.persist();
      node.machine.logReset();
      node.maintain();
    } else {
      node.applyAll();
    }
    int from = (int) node.machine.applied().index();
    node.append(log.subList(from, END));
    node.applyAll();
    node.machine.flush();
    assertThat(node.machine.reads().hash().compute()).isEqualTo(hashes.get(END));
  }

  private SnapshotMeta leaderMeta() throws IOException {
    try (OutgoingSnapshot sent = leader.snapshots().open(SNAPSHOT)) {
      return sent.meta();
    }
  }

  private void mustBeOldOrNew(SimVolume volume, boolean[] seen) throws IOException {
    Node node = node(volume);
    long applied = node.machine.applied().index();
    boolean installed = applied >= SNAPSHOT;
    seen[installed ? 1 : 0] = true;
    assertThat(node.base()).as("the log begins where the state is").isEqualTo(installed ? SNAPSHOT : 0);
    assertThat(node.last()).isBetween(installed ? SNAPSHOT : 60L, installed ? (long) END : 60L);
    assertThat(node.log.recovered().hardState()).isEqualTo(hardState());
    assertThat(node.machine.reads().hash().compute()).isEqualTo(hashes.get((int) applied));
    node.applyAll();
    assertThat(node.machine.reads().hash().compute()).isEqualTo(hashes.get((int) node.last()));
    assertThat(node.machine.logResetOwed()).isNull();
    // L3: and that survives the power cut that comes now. Then the same again, to its end.
    SimVolume later = volume.afterPowerCutKeepingSynced();
    assertThat(node(later).last()).isEqualTo(node.last());
    installAndGoOn(later, CrashPoint.NONE);
  }

  @Test
  void C6_aSnapshotThatReplacesStateAndLogIsInstalledWholeOrNotAtAll() throws IOException {
    boolean[] seen = new boolean[2];
    EnumSet<CrashPoint> met = cutOff(lagging(), this::installAndGoOn, volume -> mustBeOldOrNew(volume, seen));
    assertThat(met).isEqualTo(EnumSet.of(CrashPoint.RECEIVE_BEGUN, CrashPoint.RECEIVE_PROGRESSED,
        CrashPoint.RECEIVE_SYNCED, CrashPoint.RECEIVE_FINISHED, CrashPoint.INSTALL_OPENED,
        CrashPoint.INSTALL_SWITCHED, CrashPoint.INSTALL_DONE, CrashPoint.REPLACED_PARTLY_REMOVED,
        CrashPoint.REPLACED_REMOVED, CrashPoint.RESET_FORGOTTEN));
    assertThat(seen).containsExactly(true, true);
  }

  /**
   * L3: the pointer that a start reads may be in the page cache only, after a kill between its rename and the sync. When a power cut ends
   * that start too, the directory that the pointer no longer names has not gone before the pointer was durable.
   */
  @Test
  void C6_aStartAfterAKillWithinTheSwitchLosesNeitherState() throws IOException {
    SimVolume before = lagging();
    Node compacted = node(before);
    assertThat(compacted.log.compactTo(30).index()).as("the log cannot bring the state back").isPositive();
    compacted.maintain();
    SimVolume switching = before.afterPowerCutKeepingSynced();
    switching.faults((operation, file) -> operation == Faults.Operation.RENAME && file.equals("CURRENT.tmp")
        ? Fault.STOP_AFTER
        : Fault.NONE);
    assertStops(() -> installAndGoOn(switching, CrashPoint.NONE));
    SimVolume killed = switching.afterKill();
    SimVolume whole = killed.afterKill();
    node(whole);
    SplittableRandom random = new SplittableRandom(11);
    for (long nth = 1; nth <= whole.operations(); nth++) {
      SimVolume start = killed.afterKill();
      start.faults(Faults.at(nth, Fault.STOP_AFTER));
      assertStops(() -> node(start));
      for (int i = 0; i < 20; i++) {
        Node found = node(start.afterPowerCut(random));
        long applied = found.machine.applied().index();
        assertThat(applied).as("after operation %s of the start", nth).isIn(30L, (long) SNAPSHOT);
        assertThat(found.machine.reads().hash().compute()).isEqualTo(hashes.get((int) applied));
      }
    }
  }

  /** The check can fail: without the flag in CURRENT a crash between install and reset is not survived. */
  @Test
  void C6_withoutTheFlagAStateBeyondTheLogIsCorruption() throws IOException {
    SimVolume volume = lagging();
    transferAndInstall(node(volume), false);
    SimVolume crashed = volume.afterKill();
    assertThatThrownBy(() -> node(crashed)).isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("the log ends with entry");
  }

  // ---- a node whose log is whole and whose state is gone

  /** Its log begins behind the first entries and reaches beyond the snapshot; the state is empty. */
  private SimVolume withoutState() throws IOException {
    SimVolume volume = new SimVolume();
    Node node = node(volume);
    node.log.saveHardState(new HardState(log.get(END - 1).term(), null));
    node.append(log.subList(0, SNAPSHOT + 15));
    node.applyAll();
    node.machine.flush();
    assertThat(node.log.compactTo(150).index()).isPositive();
    node.maintain();
    node.log.saveHardState(hardState());
    node.persist();
    StateDirectory.markCorrupt(volume, "a test says so");
    return volume.afterKill();
  }

  private void repair(SimVolume volume, Consumer<CrashPoint> crashes) throws IOException {
    Node node = new Node(volume, options(crashes));
    if (node.machine.applied().index() == 0) {
      transferAndInstall(node, false);
    }
    node.applyAll();
    node.append(log.subList((int) node.machine.applied().index(), END));
    node.applyAll();
    node.machine.flush();
    assertThat(node.machine.reads().hash().compute()).isEqualTo(hashes.get(END));
  }

  private void mustBeEmptyOrRepaired(SimVolume volume, long base, boolean[] seen) throws IOException {
    Node node = node(volume);
    long applied = node.machine.applied().index();
    seen[applied == 0 ? 0 : 1] = true;
    assertThat(applied == 0 || applied >= SNAPSHOT).isTrue();
    // Nothing of what it acknowledged is dropped, neither begin nor end.
    assertThat(node.base()).isEqualTo(base);
    assertThat(node.last()).isBetween(SNAPSHOT + 15L, (long) END);
    assertThat(node.log.recovered().hardState()).isEqualTo(hardState());
    assertThat(node.machine.reads().hash().compute()).isEqualTo(hashes.get((int) applied));
    repair(volume.afterPowerCutKeepingSynced(), CrashPoint.NONE);
  }

  @Test
  void C6_I3_aStateThatWasLostIsRepairedUnderALogThatStaysAsItIs() throws IOException {
    SimVolume before = withoutState();
    long base = node(before.afterKill()).base();
    assertThat(base).isPositive();
    boolean[] seen = new boolean[2];
    EnumSet<CrashPoint> met = cutOff(before, this::repair, volume -> mustBeEmptyOrRepaired(volume, base, seen));
    assertThat(met).contains(CrashPoint.STATE_SET_ASIDE, CrashPoint.STATE_STARTED_ANEW, CrashPoint.INSTALL_SWITCHED);
    assertThat(seen).containsExactly(true, true);
  }
}
