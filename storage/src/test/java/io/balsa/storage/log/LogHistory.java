package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.NodeId;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A seeded history of a log, life after life, beside a model that knows what was acknowledged. A life ends when the
 * disk stops or fails; the next one must find what was acknowledged or that and the whole batch in flight, and nothing
 * else (L1, L2). Of a compaction it may find any part done (L5), of a reset that was asked for all (C6): the model
 * installs the snapshot before it resets the log, as a node does.
 */
final class LogHistory {

  /** All that a log must remember. */
  record State(LogStart base, HardState hardState, List<Entry> entries) {
    LogId last() {
      return entries.isEmpty() ? base.id() : entries.get(entries.size() - 1).id();
    }

    private long baseIndex() {
      return base.id().index();
    }

    List<Entry> after(long index) {
      return entries.subList((int) (index - baseIndex()), entries.size());
    }

    /** The same log if it began behind this entry. */
    State behind(long index) {
      if (index == baseIndex()) {
        return this;
      }
      Entry entry = entries.get((int) (index - baseIndex()) - 1);
      return new State(new LogStart(entry.id(), entry.stampNanos(), configurationAt(index)), hardState, after(index));
    }

    Configuration configurationAt(long index) {
      Configuration newest = base.configuration();
      for (Entry entry : entries.subList(0, (int) (index - baseIndex()))) {
        newest = entry.type() == EntryType.CONFIGURATION ? Configuration.decode(entry.payload()) : newest;
      }
      return newest;
    }

    long lastStampNanos() {
      return entries.isEmpty() ? base.stampNanos() : entries.get(entries.size() - 1).stampNanos();
    }

    State with(HardState next) {
      return new State(base, next, entries);
    }

    State with(List<Entry> next) {
      return new State(base, hardState, next);
    }
  }

  private final SplittableRandom random;
  private boolean created;
  private State acknowledged = new State(LogStart.initial(Logs.CONFIGURATION), HardState.INITIAL, List.of());
  private State view = acknowledged;
  private final List<State> requested = new ArrayList<>();
  private long seq;
  /** What the state machine holds durably; nothing up to here is truncated, anything up to here may be compacted. */
  private LogId applied = LogId.ZERO;
  /** What the newest compaction said that the log begins behind. */
  private long compacted;
  /** A snapshot that is installed while the log is not yet known to be reset to it. */
  private @Nullable LogStart installed;
  private int compactions;
  private int resets;

  LogHistory(long seed) {
    random = new SplittableRandom(seed);
  }

  int compactions() {
    return compactions;
  }

  int resets() {
    return resets;
  }

  /** What the next open must be told and may find. */
  LogOptions options() {
    LogOptions options = (created ? Logs.options() : Logs.creating()).withBatchBytesMax(20_000).withCacheBytes(3_000)
        .withApplied(applied);
    return installed == null ? options : options.withReset(installed);
  }

  /** Lives until {@code steps} are done or the disk stops or fails; says whether all were done. */
  boolean live(SimDisk disk, int steps) {
    view = acknowledged;
    requested.clear();
    seq = 0;
    try {
      SegmentedLog log = SegmentedLog.open(disk, options());
      created = true;
      adopt(log);
      view = acknowledged;
      for (int i = 0; i < steps; i++) {
        step(log);
      }
      log.close();
      return true;
    } catch (SimDisk.Stopped | IOException e) {
      return false;
    }
  }

  private void step(SegmentedLog log) throws IOException {
    if (installed != null) {
      stepWhileTheResetIsUnderWay(log);
      return;
    }
    switch (random.nextInt(14)) {
      case 0 -> saveHardState(log);
      case 1 -> truncate(log);
      case 2, 3, 4 -> append(log);
      case 5, 6, 7 -> requestSync(log);
      case 8, 9, 10 -> persist(log);
      case 11 -> compact(log);
      case 12 -> reset(log);
      default -> log.maintain();
    }
    if (random.nextInt(8) == 0) {
      assertThat(Logs.readAll(log, compacted + 1)).isEqualTo(view.after(compacted));
    }
  }

  /** Votes go on; nothing is appended until the log is known to be reset. */
  private void stepWhileTheResetIsUnderWay(SegmentedLog log) throws IOException {
    switch (random.nextInt(6)) {
      case 0 -> saveHardState(log);
      case 1, 2 -> requestSync(log);
      case 3, 4 -> persist(log);
      default -> log.maintain();
    }
    assertThat(Logs.readAll(log, 1)).isEmpty();
  }

  private void saveHardState(SegmentedLog log) {
    HardState next = new HardState(view.hardState().term() + 1,
        random.nextBoolean() ? new NodeId("n" + random.nextInt(3)) : null);
    log.saveHardState(next);
    view = view.with(next);
  }

  private void append(SegmentedLog log) {
    if (view.hardState().term() == 0) {
      return;
    }
    List<Entry> more = new ArrayList<>();
    long next = view.last().index() + 1;
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int bytes = random.nextInt(30) == 0 ? 40_000 : random.nextInt(random.nextBoolean() ? 60 : 6_000);
      more.add(random.nextInt(20) == 0
          ? Logs.configurationEntry(view.hardState().term(), next + i, Logs.configuration("n1", "m" + (next + i)))
          : Logs.entry(view.hardState().term(), next + i, bytes));
    }
    log.append(more);
    List<Entry> entries = new ArrayList<>(view.entries());
    entries.addAll(more);
    view = view.with(entries);
  }

  private void truncate(SegmentedLog log) {
    long last = view.last().index();
    if (last == applied.index()) {
      return;
    }
    long from = Math.max(applied.index() + 1, last - random.nextInt(10));
    log.truncateFrom(from);
    view = view.with(List.copyOf(view.entries().subList(0, (int) (from - 1 - view.base().id().index()))));
  }

  private void compact(SegmentedLog log) throws IOException {
    long index = Math.max(compacted, applied.index() - random.nextInt(6));
    LogId base = log.compactTo(index);
    assertThat(base.index()).isBetween(compacted, index);
    compactions += base.index() > compacted ? 1 : 0;
    compacted = base.index();
    assertThat(base).isEqualTo(view.behind(compacted).base().id());
    assertThat(log.read(compacted, compacted, 1)).isEmpty();
    assertThat(log.readCached(compacted, compacted, 1)).isEmpty();
  }

  /** A snapshot that the log lacks: behind its end, or of another term than what stands there. */
  private void reset(SegmentedLog log) {
    long term = view.hardState().term();
    if (random.nextInt(3) > 0 || term == 0) {
      return;
    }
    boolean conflict = view.last().term() < term && view.last().index() > applied.index();
    LogId id = new LogId(term, conflict ? view.last().index() : view.last().index() + 1 + random.nextInt(50));
    LogStart base = new LogStart(id, id.index() * 1_000_000, Logs.configuration("n1", "s" + id.index()));
    installed = base;
    applied = id;
    log.reset(id, base.stampNanos(), base.configuration());
    compacted = id.index();
    view = new State(base, view.hardState(), List.of());
    resets++;
    if (random.nextBoolean()) {
      requestSync(log);
    }
  }

  private void requestSync(SegmentedLog log) {
    seq++;
    log.requestSync(seq);
    requested.add(view);
  }

  private void persist(SegmentedLog log) throws IOException {
    long first = seq - requested.size() + 1;
    long done = log.persistPending();
    assertThat(done == SegmentedLog.NOTHING).isEqualTo(requested.isEmpty());
    if (done == SegmentedLog.NOTHING) {
      return;
    }
    for (long i = first; i <= done; i++) {
      acknowledged = requested.remove(0);
    }
    if (installed != null) {
      installed = acknowledged.base().equals(installed) ? null : installed;
    } else if (random.nextInt(4) == 0 && acknowledged.entries().equals(view.entries())) {
      // What is acknowledged may be committed and applied: it is never truncated again.
      applied = acknowledged.last();
    }
  }

  /**
   * The machine is up again: what is on this disk must be acceptable, and whatever this log hands out is durable from
   * then on. The history goes on from there.
   *
   * @param seed of the power cut that follows
   */
  void recover(SimDisk disk, long seed) throws IOException {
    State found = check(disk);
    // L3: what recovery handed out survives a power cut right after it.
    State again = check(disk.afterPowerCut(new SplittableRandom(seed)));
    assertThat(again).as("after a second power cut (L3)").isEqualTo(found);
    assertThat(check(disk.afterPowerCutKeepingSynced())).as("synced bytes only (L3)").isEqualTo(found);
    try (SegmentedLog log = SegmentedLog.open(disk, options())) {
      adopt(log);
    }
    // The news that the log is reset may get lost.
    installed = random.nextBoolean() ? null : installed;
  }

  /** Opens the log on this disk and compares what it holds with what it may hold; the history stays where it is. */
  State check(SimDisk disk) throws IOException {
    try (SegmentedLog log = SegmentedLog.open(disk, options())) {
      return stateOf(log);
    }
  }

  private void adopt(SegmentedLog log) throws IOException {
    acknowledged = stateOf(log);
    created = true;
    requested.clear();
    view = acknowledged;
    compacted = acknowledged.base().id().index();
  }

  private State stateOf(SegmentedLog log) throws IOException {
    var recovered = log.recovered();
    long base = recovered.index().base().index();
    List<Entry> entries = Logs.readAll(log, base + 1);
    // How many syncs go into one frame is the log's affair: the frame in flight may end with any of them.
    List<State> allowed = new ArrayList<>();
    allow(allowed, acknowledged, base);
    for (State state : requested) {
      allow(allowed, state, base);
    }
    State found = null;
    for (State state : allowed) {
      if (state.entries().equals(entries) && state.hardState().equals(recovered.hardState())) {
        found = state;
      }
    }
    assertThat(found).as("what was acknowledged, or a whole batch more: of " + allowed.size()
        + " possible ones; found " + recovered.hardState() + " and " + entries.size() + " entries behind "
        + recovered.index().base()).isNotNull();
    State state = Objects.requireNonNull(found);
    assertThat(recovered.index().base()).isEqualTo(state.base().id());
    assertThat(recovered.index().last()).isEqualTo(state.last());
    assertThat(recovered.configurations().get(0).configuration()).isEqualTo(state.base().configuration());
    assertThat(recovered.configuration()).isEqualTo(state.configurationAt(state.last().index()));
    for (Entry entry : state.entries()) {
      assertThat(recovered.index().termAt(entry.index())).isEqualTo(entry.term());
    }
    assertThat(recovered.lastStampNanos()).isEqualTo(state.lastStampNanos());
    return state;
  }

  /** What may be found if this was the last thing that reached the disk, in a log that begins behind {@code base}. */
  private void allow(List<State> allowed, State state, long base) {
    if (installed != null) {
      // Whatever was there, opening it resets it.
      HardState found = state.hardState();
      long term = installed.id().term();
      HardState raised = found.term() < term ? new HardState(term, null) : found;
      allowed.add(new State(installed, raised, List.of()));
    } else if (base >= state.base().id().index() && base <= Math.min(compacted, state.last().index())) {
      allowed.add(state.behind(base));
    }
  }
}
