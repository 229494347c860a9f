package io.balsa.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.storage.log.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A seeded history of a log, life after life, beside a model that knows what was acknowledged. A life ends when the
 * disk stops or fails; the next one must find what was acknowledged or that and the whole batch in flight, and nothing
 * else (L1, L2).
 */
final class LogHistory {

  /** All that a log must remember. */
  record State(HardState hardState, List<Entry> entries) {
    static final State EMPTY = new State(HardState.INITIAL, List.of());

    LogId last() {
      return entries.isEmpty() ? LogId.ZERO : entries.get(entries.size() - 1).id();
    }

    Configuration configuration() {
      Configuration newest = Logs.CONFIGURATION;
      for (Entry entry : entries) {
        newest = entry.type() == EntryType.CONFIGURATION ? Configuration.decode(entry.payload()) : newest;
      }
      return newest;
    }
  }

  private final SplittableRandom random;
  private boolean created;
  private State acknowledged = State.EMPTY;
  private State view = State.EMPTY;
  private final List<State> requested = new ArrayList<>();
  private long seq;
  private long applied;

  LogHistory(long seed) {
    random = new SplittableRandom(seed);
  }

  /** What the next open must be told and may find. */
  LogOptions options() {
    LogOptions options = (created ? Logs.options() : Logs.creating()).withBatchBytesMax(20_000).withCacheBytes(3_000);
    return options.withApplied(applied == 0 ? LogId.ZERO : acknowledged.entries().get((int) applied - 1).id());
  }

  /** Lives until {@code steps} are done or the disk stops or fails; says whether all were done. */
  boolean live(SimDisk disk, int steps) {
    view = acknowledged;
    requested.clear();
    seq = 0;
    try {
      SegmentedLog log = SegmentedLog.open(disk, options());
      created = true;
      State found = stateOf(log);
      assertThat(found).isEqualTo(acknowledged);
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
    switch (random.nextInt(12)) {
      case 0 -> saveHardState(log);
      case 1 -> truncate(log);
      case 2, 3, 4 -> append(log);
      case 5, 6, 7 -> requestSync(log);
      case 8, 9, 10 -> persist(log);
      default -> log.maintain();
    }
    if (random.nextInt(8) == 0) {
      assertThat(Logs.readAll(log, 1)).isEqualTo(view.entries());
    }
  }

  private void saveHardState(SegmentedLog log) {
    HardState next = new HardState(view.hardState().term() + 1,
        random.nextBoolean() ? new NodeId("n" + random.nextInt(3)) : null);
    log.saveHardState(next);
    view = new State(next, view.entries());
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
    view = new State(view.hardState(), entries);
  }

  private void truncate(SegmentedLog log) {
    long last = view.last().index();
    if (last == applied) {
      return;
    }
    long from = Math.max(applied + 1, last - random.nextInt(10));
    log.truncateFrom(from);
    view = new State(view.hardState(), List.copyOf(view.entries().subList(0, (int) from - 1)));
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
    // What is acknowledged may be committed and applied: it is never truncated again.
    if (random.nextInt(4) == 0 && acknowledged.entries().equals(view.entries())) {
      applied = acknowledged.last().index();
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
    acknowledged = found;
    created = true;
    requested.clear();
    view = found;
  }

  /** Opens the log on this disk and compares what it holds with what it may hold; the history stays where it is. */
  State check(SimDisk disk) throws IOException {
    try (SegmentedLog log = SegmentedLog.open(disk, options())) {
      State found = stateOf(log);
      // How many syncs go into one frame is the log's affair: the frame in flight may end with any of them.
      List<State> allowed = new ArrayList<>(requested);
      allowed.add(0, acknowledged);
      assertThat(allowed).as("what was acknowledged, or a whole batch more").contains(found);
      assertThat(found.hardState().term()).isGreaterThanOrEqualTo(acknowledged.hardState().term());
      return found;
    }
  }

  private static State stateOf(SegmentedLog log) throws IOException {
    State state = new State(log.recovered().hardState(), Logs.readAll(log, 1));
    assertThat(log.recovered().index().last()).isEqualTo(state.last());
    assertThat(log.recovered().configuration()).isEqualTo(state.configuration());
    for (Entry entry : state.entries()) {
      assertThat(log.recovered().index().termAt(entry.index())).isEqualTo(entry.term());
    }
    assertThat(log.recovered().lastStampNanos())
        .isEqualTo(state.entries().isEmpty() ? 0 : state.entries().get(state.entries().size() - 1).stampNanos());
    return state;
  }
}
