package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * raft's own toy machine: registers, the newest reply of each session, and a timer that a Clock entry ends. A process that opens
 * it gets what was flushed last.
 */
public class RegisterState implements NodeState<RegisterState.Result> {
  /** @param before the value that stood there before; the value of the register, for a refused compare-and-set */
  public record Result(boolean done, long before) {
  }

  private record Reply(long sequence, Result result) {
  }

  /** Everything that a flush keeps. */
  private static final class Tables {
    LogId applied = LogId.ZERO;
    long clusterTimeNanos;
    long timerDueNanos = Long.MAX_VALUE;
    long chain;
    long stampNanos;
    Configuration configuration = Configuration.EMPTY;
    final Map<Integer, Long> registers = new TreeMap<>();
    final Map<Long, Reply> sessions = new TreeMap<>();

    Tables copy() {
      Tables copy = new Tables();
      copy.applied = applied;
      copy.clusterTimeNanos = clusterTimeNanos;
      copy.timerDueNanos = timerDueNanos;
      copy.chain = chain;
      copy.stampNanos = stampNanos;
      copy.configuration = configuration;
      copy.registers.putAll(registers);
      copy.sessions.putAll(sessions);
      return copy;
    }

    byte[] encode() {
      ByteBuffer out = ByteBuffer.allocate(60 + 12 * registers.size() + 33 * sessions.size());
      out.putLong(applied.term()).putLong(applied.index()).putLong(clusterTimeNanos).putLong(timerDueNanos);
      out.putLong(chain).putLong(stampNanos).putInt(registers.size());
      registers.forEach((key, value) -> out.putInt(key).putLong(value));
      out.putInt(sessions.size());
      sessions.forEach((session, reply) -> out.putLong(session).putLong(reply.sequence())
          .put((byte) (reply.result().done() ? 1 : 0)).putLong(reply.result().before()));
      out.putInt(checksum(out.array(), out.position()));
      return Arrays.copyOf(out.array(), out.position());
    }

    static boolean isWhole(byte[] bytes) {
      int content = bytes.length - Integer.BYTES;
      return content > 0 && ByteBuffer.wrap(bytes).getInt(content) == checksum(bytes, content);
    }

    private static int checksum(byte[] bytes, int count) {
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, count);
      return (int) crc.getValue();
    }

    static Tables decode(byte[] bytes, Configuration configuration) {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      Tables tables = new Tables();
      tables.configuration = configuration;
      tables.applied = new LogId(in.getLong(), in.getLong());
      tables.clusterTimeNanos = in.getLong();
      tables.timerDueNanos = in.getLong();
      tables.chain = in.getLong();
      tables.stampNanos = in.getLong();
      for (int left = in.getInt(); left > 0; left--) {
        tables.registers.put(in.getInt(), in.getLong());
      }
      for (int left = in.getInt(); left > 0; left--) {
        tables.sessions.put(in.getLong(), new Reply(in.getLong(), new Result(in.get() == 1, in.getLong())));
      }
      return tables;
    }
  }

  private static final byte WRITE = 1;
  private static final byte COMPARE_AND_SET = 2;
  private static final byte RENEW = 3;
  private static final long TIMER_NANOS = 5_000_000_000L;

  private final SimRandom snapshotIds;
  private final Tables empty = new Tables();
  private Tables flushed;
  private Tables live;
  /** On the disk beside what is flushed: what arrives, and whether the log is to be reset to what was installed. */
  private @Nullable Incoming incoming;
  private boolean resetOwed;
  private boolean failNextFlush;
  /** What is left of states that were replaced: a start removes that. */
  private int replacedPieces;
  private boolean installed;

  /** @param initial in force before the first entry */
  public RegisterState(Configuration initial, SimRandom random) {
    snapshotIds = random.fork("snapshot ids");
    empty.configuration = initial;
    flushed = empty.copy();
    live = empty.copy();
  }

  @Override
  public StateMachine<Result> open() {
    live = flushed.copy();
    replacedPieces = 0;
    return new Machine();
  }

  @Override
  public void flush() throws IOException {
    if (failNextFlush) {
      failNextFlush = false;
      throw new InjectedDiskFailure("injected: flush failed");
    }
    flushed = live.copy();
  }

  @Override
  public boolean failWriteSoon(SimRandom random) {
    failNextFlush = true;
    return true;
  }

  @Override
  public void heal() {
    failNextFlush = false;
  }

  /** What is flushed, received or switched is durable at once: the simulated disks of the storage module forget more. */
  @Override
  public void crash(NodeDisk.Crash kind, SimRandom random) {
    live = flushed.copy();
  }

  @Override
  public String lose(SimRandom random) {
    flushed = empty.copy();
    live = empty.copy();
    incoming = null;
    resetOwed = false;
    return "GONE";
  }

  @Override
  public SnapshotStore snapshots() {
    return new SnapshotStore() {
      @Override
      public OutgoingSnapshot open(long minIndex) {
        if (live.applied.index() < minIndex) {
          throw new IllegalStateException("a snapshot of " + minIndex + ", applied is " + live.applied);
        }
        return new Outgoing(live.copy(), snapshotIds.nextLong());
      }

      @Override
      public IncomingSnapshot receive(SnapshotMeta meta) {
        Incoming current = incoming;
        if (current == null || !current.meta.equals(meta)) {
          current = new Incoming(meta);
          incoming = current;
        }
        return current;
      }
    };
  }

  /** Few bytes at a time, so that there are many chunks. */
  private static final class Outgoing implements OutgoingSnapshot {
    private static final int CHUNK_BYTES = 60;

    private final byte[] bytes;
    private final SnapshotMeta meta;

    Outgoing(Tables tables, long id) {
      bytes = tables.encode();
      meta = new SnapshotMeta(id, tables.applied, tables.stampNanos, tables.configuration, bytes.length);
    }

    @Override
    public SnapshotMeta meta() {
      return meta;
    }

    @Override
    public Bytes read(long offset, int bytesMax) {
      int end = (int) Math.min(bytes.length, offset + CHUNK_BYTES);
      return Bytes.wrap(Arrays.copyOfRange(bytes, (int) offset, end));
    }

    @Override
    public void check() {
      if (!Tables.isWhole(bytes)) {
        throw new IllegalStateException("memory does not rot here");
      }
    }

    @Override
    public void close() {
    }
  }

  private final class Incoming implements IncomingSnapshot {
    private final SnapshotMeta meta;
    private final byte[] bytes;
    private int received;
    private boolean whole;

    Incoming(SnapshotMeta meta) {
      this.meta = meta;
      this.bytes = new byte[(int) meta.bytes()];
    }

    Tables tables() {
      Tables tables = Tables.decode(bytes, meta.configuration());
      if (!tables.applied.equals(meta.lastIncluded())) {
        throw new IllegalStateException("a snapshot of " + tables.applied + " that says it is of " + meta);
      }
      return tables;
    }

    @Override
    public SnapshotMeta meta() {
      return meta;
    }

    @Override
    public long nextOffset() {
      return received;
    }

    @Override
    public boolean write(long offset, Bytes data) {
      if (offset != received) {
        throw new IllegalStateException("a chunk at " + offset + ", wanted is " + received);
      }
      System.arraycopy(data.array(), 0, bytes, received, data.size());
      received += data.size();
      return true;
    }

    @Override
    public boolean finish() {
      whole = received == bytes.length && Tables.isWhole(bytes);
      if (!whole) {
        discard();
      }
      return whole;
    }

    @Override
    public void discard() {
      if (incoming == this) {
        incoming = null;
      }
    }
  }

  @Override
  public long digest() {
    long digest = live.chain * 31 + live.clusterTimeNanos;
    digest = digest * 31 + live.registers.hashCode();
    return digest * 31 + live.timerDueNanos;
  }

  /** The machine of one process; tests of the harness derive broken ones. */
  protected class Machine implements StateMachine<Result> {
    @Override
    public LogId applied() {
      return live.applied;
    }

    @Override
    public List<@Nullable Result> apply(List<Entry> entries) {
      List<@Nullable Result> results = new ArrayList<>(entries.size());
      for (Entry entry : entries) {
        results.add(applyOne(entry));
        live.applied = entry.id();
      }
      return results;
    }

    protected @Nullable Result applyOne(Entry entry) {
      live.clusterTimeNanos = Math.max(live.clusterTimeNanos, entry.stampNanos());
      live.stampNanos = entry.stampNanos();
      live.chain = (live.chain * 0x9E3779B97F4A7C15L) + ContentHash.of(entry);
      return switch (entry.type()) {
        case COMMAND -> command(ByteBuffer.wrap(entry.payload().array()));
        case CLOCK -> {
          if (live.timerDueNanos <= live.clusterTimeNanos) {
            live.timerDueNanos = Long.MAX_VALUE;
          }
          yield null;
        }
        case CONFIGURATION -> {
          live.configuration = Configuration.decode(entry.payload());
          yield null;
        }
        case NOOP -> null;
      };
    }

    @Override
    public long nextDueNanos() {
      return live.timerDueNanos;
    }

    @Override
    public LogId flushedApplied() {
      return flushed.applied;
    }

    @Override
    public void flush() throws IOException {
      RegisterState.this.flush();
    }

    @Override
    public void install(IncomingSnapshot snapshot, boolean resetLog) {
      if (snapshot != incoming || !incoming.whole) {
        throw new IllegalStateException("what is to be installed is not what was received");
      }
      flushed = incoming.tables();
      resetOwed = resetLog;
      incoming = null;
      live = flushed.copy();
      replacedPieces += 3;
      installed = true;
    }

    @Override
    public boolean takeObsolete() {
      boolean taken = installed;
      installed = false;
      return taken;
    }

    @Override
    public boolean removeObsolete() {
      replacedPieces = Math.max(0, replacedPieces - 1);
      return replacedPieces > 0;
    }

    @Override
    public void logReset() {
      resetOwed = false;
    }

    @Override
    public @Nullable LogStart logResetOwed() {
      return resetOwed ? new LogStart(live.applied, live.stampNanos, live.configuration) : null;
    }

    @Override
    public void close() {
    }
  }

  private Result command(ByteBuffer in) {
    byte kind = in.get();
    in.getLong(); // the unique id
    if (kind == RENEW) {
      live.timerDueNanos = live.clusterTimeNanos + TIMER_NANOS;
      return new Result(true, 0);
    }
    long session = in.getLong();
    long sequence = in.getLong();
    if (session != 0) {
      Reply last = live.sessions.get(session);
      if (last != null && sequence <= last.sequence()) {
        return sequence == last.sequence() ? last.result() : new Result(false, Long.MIN_VALUE);
      }
    }
    int key = in.getInt();
    long value = in.getLong();
    long before = live.registers.getOrDefault(key, 0L);
    boolean done = kind == WRITE || before == in.getLong();
    if (done) {
      live.registers.put(key, value);
    }
    Result result = new Result(done, before);
    if (session != 0) {
      live.sessions.put(session, new Reply(sequence, result));
    }
    return result;
  }

  /** For harness tests. */
  protected final void forgetRegisters() {
    live.registers.clear();
  }

  long register(int key) {
    return live.registers.getOrDefault(key, 0L);
  }

  /** The commands of this machine. */
  public static class Protocol implements RegisterProtocol<Result> {
    private static ByteBuffer command(byte kind, long uniqueId) {
      return ByteBuffer.allocate(45).put(kind).putLong(uniqueId);
    }

    @Override
    public Bytes write(long session, long sequence, long uniqueId, int key, long value) {
      return Bytes.wrap(
          command(WRITE, uniqueId).putLong(session).putLong(sequence).putInt(key).putLong(value).array());
    }

    @Override
    public Bytes compareAndSet(long session, long sequence, long uniqueId, int key, long expected, long value) {
      return Bytes.wrap(command(COMPARE_AND_SET, uniqueId).putLong(session).putLong(sequence).putInt(key).putLong(value)
          .putLong(expected).array());
    }

    @Override
    public Bytes renewal(long uniqueId) {
      return Bytes.wrap(command(RENEW, uniqueId).array());
    }

    @Override
    public @Nullable Outcome outcome(Result result) {
      return result.before() == Long.MIN_VALUE ? null : new Outcome(result.done(), result.before());
    }

    @Override
    public long read(NodeState<Result> state, int key) {
      return ((RegisterState) state).register(key);
    }
  }
}
