package io.balsa.raft.scenario;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.Apply;
import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.ResetLog;
import io.balsa.raft.action.SaveHardState;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.action.Sync;
import io.balsa.raft.action.Truncate;
import io.balsa.raft.core.Check;
import io.balsa.raft.core.RaftConfig;
import io.balsa.raft.core.RaftCore;
import io.balsa.raft.input.Applied;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Compacted;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.Installed;
import io.balsa.raft.input.Persisted;
import io.balsa.raft.input.Receive;
import io.balsa.raft.input.ReceivedRefused;
import io.balsa.raft.input.SnapshotChecked;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.input.Tick;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.HardState;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogIndex;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.port.RecoveredLog;
import io.balsa.raft.port.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One core, a log that knows what is synced, and what it says. Committed entries are applied at once, and chunks of snapshots read
 * and stored; a snapshot is checked or installed, and a reset of the log forgotten, when the story says so.
 */
final class ScenarioNode {
  /** A sync that is on its way: what the disk holds when it is done, and what may be sent then. */
  private record Syncing(long seq, HardState hardState, List<Entry> log, List<Send> thenSend) {
  }

  private static final long SNAPSHOT_BYTES = 8;
  private static final long CHUNK_BYTES = 4;

  final NodeId id;
  private final int number;
  private long incarnation;
  private final RaftConfig config;
  private final Configuration configuration;
  private final Transport wire;
  private final Consumer<String> out;
  private final List<Syncing> syncing = new ArrayList<>();
  private List<Entry> durableLog;
  private HardState durableHardState;
  private List<Entry> log = new ArrayList<>();
  private HardState hardState = HardState.INITIAL;
  private @Nullable RaftCore core;
  private long applied;
  /** The log begins behind this; its list keeps entries in their place. */
  private long base;
  /** How often it was started: the nonce of its read requests. */
  private long boots;
  private final Map<Long, SnapshotMeta> sending = new TreeMap<>();
  private final Deque<Input> done = new ArrayDeque<>();
  private @Nullable SnapshotMeta received;
  private long receivedBytes;
  private boolean damages;
  private long lastSnapshotId;
  long nowNanos;

  ScenarioNode(NodeId id, int number, RaftConfig config, Configuration configuration, HardState hardState,
      List<Entry> log,
      Transport wire, Consumer<String> out) {
    this.id = id;
    this.number = number;
    this.incarnation = number;
    this.config = config;
    this.configuration = configuration;
    this.durableHardState = hardState;
    this.durableLog = log;
    this.wire = wire;
    this.out = out;
    start();
  }

  void start() {
    log = new ArrayList<>(durableLog);
    hardState = durableHardState;
    LogIndex index = new LogIndex(LogId.ZERO);
    log.forEach(entry -> index.append(entry.term(), entry.index(), entry.sizeBytes()));
    long stamp = log.isEmpty() ? 0 : log.get(log.size() - 1).stampNanos();
    applied = 0;
    core = new RaftCore(id, incarnation, config, new RecoveredLog(hardState, index, stamp, configurations()),
        LogId.ZERO, null, ++boots, new Timeouts());
    core.step(new Tick(nowNanos));
  }

  /** Timeouts that a story can count on: the minimum and a tenth of the range for each number. */
  private final class Timeouts implements RandomGenerator {
    @Override
    public long nextLong() {
      return 0;
    }

    @Override
    public long nextLong(long bound) {
      return bound * number / 10;
    }

    @Override
    public long nextLong(long origin, long bound) {
      return origin + nextLong(bound - origin);
    }
  }

  /** The first one, and those that are entries of the log. */
  private List<RecoveredLog.ConfigurationAt> configurations() {
    List<RecoveredLog.ConfigurationAt> found = new ArrayList<>();
    found.add(new RecoveredLog.ConfigurationAt(0, configuration));
    for (Entry entry : log) {
      if (entry.type() == EntryType.CONFIGURATION) {
        found.add(new RecoveredLog.ConfigurationAt(entry.index(), Configuration.decode(entry.payload())));
      }
    }
    return found;
  }

  void crash() {
    core = null;
    syncing.clear();
  }

  /** What the disk had confirmed after this index is gone. */
  void forget(int index) {
    crash();
    durableLog = List.copyOf(durableLog.subList(0, index));
  }

  /** The whole directory is gone: what comes back is another node (I1). */
  void lose(long newIncarnation) {
    crash();
    incarnation = newIncarnation;
    durableLog = List.of();
    durableHardState = HardState.INITIAL;
  }

  long incarnation() {
    return incarnation;
  }

  /** A broken invariant ends the process. */
  void receive(Receive message) {
    try {
      step(message);
    } catch (Check.InvariantViolation stopped) {
      out.accept("  " + id + " stops: " + stopped.getMessage());
      crash();
    }
  }

  String members() {
    return core == null ? id + ": down"
        : id + ": " + members(core.configuration()) + ", committed "
            + members(core.committedConfiguration()) + " at " + core.committedConfigurationIndex();
  }

  private static String members(Configuration members) {
    return members.members().stream().map(member -> member.id() + "/"
        + (member.isReserved() ? "reserved" : member.incarnation()) + (member.voter() ? "" : " learner")).toList()
        .toString();
  }

  boolean isUp() {
    return core != null;
  }

  RaftCore core() {
    if (core == null) {
      throw new IllegalStateException(id + " is down");
    }
    return core;
  }

  /** The log lets go of everything up to here. */
  void compact(long index) {
    base = index;
    step(new Compacted(log.get((int) index - 1).id()));
  }

  /** The next snapshot that is here whole is not what was sent. */
  void damage() {
    damages = true;
  }

  /** What was sent last is whole here. */
  void checked() {
    step(new SnapshotChecked(new TreeMap<>(sending).lastKey()));
  }

  /** The state machine has become the snapshot. */
  void install() {
    if (received != null) {
      applied = received.lastIncluded().index();
    }
    step(new Installed(Long.MAX_VALUE));
  }

  void step(Input input) {
    for (Action action : core().step(input)) {
      out.accept("  " + id + " " + ScenarioText.of(action));
      execute(action);
    }
    for (Input next = done.poll(); next != null; next = done.poll()) {
      step(next);
    }
    if (core().commitIndex() > applied && core().persistedIndex() > applied) {
      applied = Math.min(core().commitIndex(), core().persistedIndex());
      step(new Applied(applied, Long.MAX_VALUE));
    }
  }

  private void execute(Action action) {
    switch (action) {
      case SaveHardState save -> hardState = save.hardState();
      case Truncate truncate -> log = new ArrayList<>(log.subList(0, (int) truncate.fromIndex() - 1));
      case Append append -> log.addAll(append.entries());
      case Sync sync -> syncing.add(new Syncing(sync.seq(), hardState, List.copyOf(log), sync.thenSend()));
      case Send send -> wire.send(send.to(), send.incarnation(), send.message());
      case SendAppend send -> {
        int from = (int) send.prev().index();
        int to = send.terms().isEmpty() ? from : (int) send.terms().get(send.terms().size() - 1).lastIndex();
        wire.send(send.to(), send.incarnation(),
            new AppendEntries(send.term(), send.prev(), List.copyOf(log.subList(from, to)), send.commitIndex()));
      }
      case Apply ignored -> {
      }
      case OpenSnapshot open -> {
        SnapshotMeta meta = new SnapshotMeta(++lastSnapshotId, log.get((int) applied - 1).id(), 0,
            core().committedConfiguration(), SNAPSHOT_BYTES);
        sending.put(open.transfer(), meta);
        done.add(new SnapshotOpened(open.transfer(), meta));
      }
      case SendSnapshotChunk chunk -> {
        SnapshotMeta meta = sending.get(chunk.transfer());
        if (meta != null) {
          int size = (int) Math.min(CHUNK_BYTES, SNAPSHOT_BYTES - chunk.offset());
          wire.send(chunk.to(), chunk.incarnation(),
              new InstallSnapshot(chunk.term(), meta, chunk.offset(), Bytes.wrap(new byte[size])));
        }
      }
      case StoreChunk chunk -> {
        if (!chunk.snapshot().equals(received)) {
          received = chunk.snapshot();
          receivedBytes = 0;
        }
        if (chunk.offset() == receivedBytes) {
          receivedBytes += chunk.data().size();
        }
        boolean whole = receivedBytes == SNAPSHOT_BYTES;
        if (whole && damages) {
          damages = false;
          received = null;
          done.add(new ReceivedRefused(chunk.reception()));
        } else {
          done.add(new ChunkStored(chunk.reception(), receivedBytes, whole));
        }
      }
      case ResetLog reset -> {
        base = reset.start().id().index();
        log = new ArrayList<>();
        for (long index = 1; index <= base; index++) {
          log.add(new Entry(EntryType.NOOP, reset.start().id().term(), index, 0, Bytes.EMPTY));
        }
      }
      default -> {
      }
    }
  }

  /** Completes so many syncs, as one (group commit). @return whether there were any */
  boolean persist(int count) {
    int done = Math.min(count, syncing.size());
    if (done == 0) {
      return false;
    }
    List<Syncing> completed = List.copyOf(syncing.subList(0, done));
    syncing.subList(0, done).clear();
    Syncing last = completed.get(done - 1);
    durableLog = last.log();
    durableHardState = last.hardState();
    out.accept(id + " persisted " + last.seq());
    step(new Persisted(last.seq()));
    completed.forEach(sync -> sync.thenSend().forEach(this::execute));
    return true;
  }

  String status() {
    if (core == null) {
      return id + ": down, disk " + terms(durableLog);
    }
    return id + ": " + core.role() + " term " + core.term() + " leader " + (core.leader() == null ? "-" : core.leader())
        + " commit " + core.commitIndex() + " persisted " + core.persistedIndex() + " log "
        + (base == 0 ? "" : "after " + base + " ") + terms(log.subList((int) base, log.size()));
  }

  private static String terms(List<Entry> log) {
    return log.stream().map(Entry::term).toList().toString();
  }
}
