package io.balsa.storage.sim;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.node.NodeConfig;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.raft.port.StateMachine;
import io.balsa.raft.sim.NodeDisk;
import io.balsa.raft.sim.NodeState;
import io.balsa.raft.sim.SimOptions;
import io.balsa.raft.sim.SimRandom;
import io.balsa.storage.log.sim.Faults;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.snapshot.OpenState;
import io.balsa.storage.snapshot.StateOptions;
import io.balsa.storage.snapshot.sim.SimStores;
import io.balsa.storage.snapshot.sim.SimVolume;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The real state machine in its real directory, with real snapshots: stores in memory, whose flushes go to a {@link SimVolume}. A kill
 * brings it back to what was written there, a power cut to what was synced, and to any part of the rest.
 */
public class KvState implements NodeState<Result> {
  /** A hash reads everything, so it is made at these indexes only, on every node at the same. */
  private static final int HASHED_INDEXES = 128;
  private static final long FLUSH_BYTES = 10_000;
  /** A flush takes five, an install a dozen. */
  private static final int OPERATIONS_UNTIL_STOP_MAX = 20;
  private static final List<Faults.Fault> STOPS = List.of(Faults.Fault.STOP_BEFORE, Faults.Fault.STOP_SHORT,
      Faults.Fault.STOP_AFTER);

  private static final List<Faults.Fault> FAILURES = List.of(Faults.Fault.FAIL, Faults.Fault.FAIL_SHORT,
      Faults.Fault.DISK_FULL);

  private final StateOptions options;
  private final int chunkBytes;
  private SimVolume volume = new SimVolume();
  private @Nullable OpenState open;
  private boolean failed;
  /** Writes that their threads stand before: the applier's, and that of who deletes history beside it. */
  private int writing;
  private @Nullable Runnable beforeWrite;

  /** @param initial in force before the first entry */
  public KvState(Configuration initial, SimRandom random) {
    options = StateOptions.of(random.fork("ids")::nextLong).withInitial(initial)
        .withProgressBytes(random.pick(List.of(1L, 4_000L, 1L << 20)));
    chunkBytes = random.pick(List.of(1_000, 5_000, 1 << 20));
  }

  /** Logs are kept short where the seed says so, and flushes asked for often. */
  public static NodeConfig nodeConfig(SimOptions options) {
    NodeConfig defaults = NodeConfig.of(options.raft());
    return options.compacts() ? defaults.keeping(options.keepEntries(), 1L << 30, FLUSH_BYTES) : defaults;
  }

  @Override
  public StateMachine<Result> open() throws IOException {
    beforeWrite = null;
    writing = 0;
    open = openState(options, this::beforeWrite);
    return machine();
  }

  /** @param beforeEachWrite runs before each batch is written */
  protected OpenState openState(StateOptions stateOptions, Runnable beforeEachWrite) throws IOException {
    return OpenState.open(volume, new PreemptedStores(new SimStores(volume), beforeEachWrite), stateOptions);
  }

  @Override
  public void beforeEachWrite(Runnable action) {
    beforeWrite = action;
  }

  private void beforeWrite() {
    if (beforeWrite != null) {
      writing++;
      beforeWrite.run();
      writing--;
    }
  }

  /** Whether a thread of the open machine stands before a write: the applier, perhaps, with its batch in memory. */
  public boolean isWriting() {
    return writing > 0;
  }

  @Override
  public SnapshotStore snapshots() {
    return new InSmallChunks(opened().snapshots(), chunkBytes);
  }

  @Override
  public void flush() throws IOException {
    machine().flush();
  }

  @Override
  public void crash(NodeDisk.Crash kind, SimRandom random) {
    volume = kind == NodeDisk.Crash.POWER ? volume.afterPowerCut(random) : volume.afterKill();
    open = null;
    failed = false;
  }

  @Override
  public void stopSoon(SimRandom random) {
    volume.faults(Faults.at(random.between(1, OPERATIONS_UNTIL_STOP_MAX), random.pick(STOPS)));
  }

  @Override
  public boolean hasStopped() {
    return volume.hasStopped();
  }

  @Override
  public boolean failWriteSoon(SimRandom random) {
    int nth = random.between(1, OPERATIONS_UNTIL_STOP_MAX);
    Faults.Fault failure = random.pick(FAILURES);
    Faults once = Faults.at(nth, failure);
    volume.faults((operation, file) -> {
      Faults.Fault fault = once.before(operation, file);
      failed |= fault != Faults.Fault.NONE;
      return fault;
    });
    return true;
  }

  @Override
  public boolean hasFailed() {
    return failed;
  }

  @Override
  public void heal() {
    volume.faults(Faults.NONE);
  }

  @Override
  public String lose(SimRandom random) {
    StateLoss loss = random.pick(List.of(StateLoss.values()));
    try {
      volume = loss.befall(volume, random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return loss.name();
  }

  /** What is kept in memory is looked at every time: an install and a start rebuild it (A2). */
  @Override
  public long digest() {
    long tables = machine().toString().hashCode();
    return machine().applied().index() % HASHED_INDEXES == 0 ? 31 * fullDigest() + tables : tables;
  }

  @Override
  public long fullDigest() {
    try {
      return machine().reads().hash().compute().hash();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest value of a key, as text; null: there is none. */
  public @Nullable String read(String key) {
    try {
      var kv = machine().reads().get(key.getBytes(StandardCharsets.UTF_8), 0).kv();
      return kv == null ? null : kv.getValue().toStringUtf8();
    } catch (ReadRefused e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the process that has this state open. */
  public KvStateMachine machine() {
    return opened().machine();
  }

  /** What a fresh start would make of the rows that the open machine works on. For reading only. */
  public KvStateMachine rebuilt() throws IOException {
    return KvStateMachine.open(opened().snapshots());
  }

  private OpenState opened() {
    if (open == null) {
      throw new IllegalStateException("no process has this state open");
    }
    return open;
  }

  /** Simulated states are small: what a leader would send as one chunk goes out as several. */
  private record InSmallChunks(SnapshotStore snapshots, int chunkBytes) implements SnapshotStore {
    @Override
    public OutgoingSnapshot open(long minIndex) throws IOException {
      OutgoingSnapshot whole = snapshots.open(minIndex);
      return new OutgoingSnapshot() {
        @Override
        public SnapshotMeta meta() {
          return whole.meta();
        }

        @Override
        public Bytes read(long offset, int bytesMax) throws IOException {
          return whole.read(offset, Math.min(bytesMax, chunkBytes));
        }

        @Override
        public void check() throws IOException {
          whole.check();
        }

        @Override
        public void close() throws IOException {
          whole.close();
        }
      };
    }

    @Override
    public IncomingSnapshot receive(SnapshotMeta meta) throws IOException {
      return snapshots.receive(meta);
    }
  }
}
