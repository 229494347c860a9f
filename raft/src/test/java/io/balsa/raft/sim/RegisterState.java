package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    final Map<Integer, Long> registers = new TreeMap<>();
    final Map<Long, Reply> sessions = new TreeMap<>();

    Tables copy() {
      Tables copy = new Tables();
      copy.applied = applied;
      copy.clusterTimeNanos = clusterTimeNanos;
      copy.timerDueNanos = timerDueNanos;
      copy.chain = chain;
      copy.registers.putAll(registers);
      copy.sessions.putAll(sessions);
      return copy;
    }
  }

  private static final byte WRITE = 1;
  private static final byte COMPARE_AND_SET = 2;
  private static final byte RENEW = 3;
  private static final long TIMER_NANOS = 5_000_000_000L;

  private Tables flushed = new Tables();
  private Tables live = new Tables();

  @Override
  public StateMachine<Result> open() {
    live = flushed.copy();
    return new Machine();
  }

  @Override
  public void flush() {
    flushed = live.copy();
  }

  @Override
  public void crash() {
    live = flushed.copy();
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
      live.chain = (live.chain * 0x9E3779B97F4A7C15L) + Trace.hashOf(entry);
      return switch (entry.type()) {
        case COMMAND -> command(ByteBuffer.wrap(entry.payload().array()));
        case CLOCK -> {
          if (live.timerDueNanos <= live.clusterTimeNanos) {
            live.timerDueNanos = Long.MAX_VALUE;
          }
          yield null;
        }
        case NOOP, CONFIGURATION -> null;
      };
    }

    @Override
    public long nextDueNanos() {
      return live.timerDueNanos;
    }

    @Override
    public LogId flushedApplied() {
      return applied();
    }

    @Override
    public void flush() {
      // Nothing of it is on a disk.
    }

    @Override
    public void install(IncomingSnapshot snapshot, boolean resetLog) {
      throw new UnsupportedOperationException("install");
    }

    @Override
    public void logReset() {
      throw new UnsupportedOperationException("logReset");
    }

    @Override
    public @Nullable LogStart logResetOwed() {
      return null;
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
