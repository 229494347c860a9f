package io.balsa.raft.node;

import io.balsa.raft.core.RaftCore;
import io.balsa.raft.input.Compacted;
import io.balsa.raft.log.LogId;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.StateMachine;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much of the log can go (L5): nothing that a crash of the state machine would need again, nothing of the newest
 * entries, nothing that a peer will want after the snapshot that is being sent to it. What was flushed is asked off the raft
 * thread; the log is compacted on it.
 */
final class LogCompaction {
  /** How often it is asked what was flushed meanwhile, if some of the log could go. */
  private static final long INTERVAL_NANOS = 1_000_000_000L;
  /** How often it is looked whether a flush is due: what a fast log grows by in between comes on top of its bound. */
  private static final long LOOK_NANOS = 100_000_000L;
  /** The log waits for a snapshot's receiver until it is so many times longer than it need be; then that one starts anew. */
  private static final int SNAPSHOT_HOLD_MAX = 4;
  private static final long UNKNOWN = -1;

  private final NodeConfig config;
  private final RaftCore core;
  private final LogStore log;
  private final StateMachine<?> machine;
  private final SerialLane lane;
  private final Runnable wake;
  private final AtomicBoolean asking = new AtomicBoolean();
  /** Where the lane leaves what is flushed. */
  private final AtomicLong answer = new AtomicLong(UNKNOWN);
  private long dueNanos = Long.MIN_VALUE;
  private long lookNanos = Long.MIN_VALUE;
  /** Raft thread: what was flushed when it was last asked. */
  private long flushed;

  /** @param wake called when there is an answer to take up */
  LogCompaction(NodeConfig config, RaftCore core, LogStore log, StateMachine<?> machine, NodeListener listener,
      Executor readers, Runnable wake) {
    this.config = config;
    this.core = core;
    this.log = log;
    this.machine = machine;
    this.lane = new SerialLane("asking what the state has flushed", readers, listener);
    this.wake = wake;
  }

  /** Raft thread. @return what the core is to be told, or null */
  @Nullable
  Compacted poll(long nowNanos) {
    long answered = answer.getAndSet(UNKNOWN);
    if (answered != UNKNOWN && !core.isInstalling()) {
      flushed = Math.min(answered, core.appliedIndex());
      return compact();
    }
    if (nowNanos >= lookNanos) {
      lookNanos = nowNanos + LOOK_NANOS;
      ask(nowNanos);
    }
    return null;
  }

  private @Nullable Compacted compact() {
    long upTo = Math.min(flushed, core.lastIndexBeforeNewest(config.keepEntries(), config.keepBytes()));
    long needed = core.snapshotsKeepAfter();
    if (needed < upTo && log.diskBytesAfter(needed) <= holdBytesMax()) {
      upTo = needed;
    }
    if (upTo < core.firstIndex()) {
      return null;
    }
    LogId base = log.compactTo(upTo);
    if (base.index() > upTo) {
      throw new IllegalStateException("the log was to be compacted up to " + upTo + " and begins behind " + base);
    }
    return base.index() < core.firstIndex() ? null : new Compacted(base);
  }

  private long holdBytesMax() {
    return SNAPSHOT_HOLD_MAX * Math.max(config.keepBytes(), config.flushBytes());
  }

  /** Only if something could go, or should be made able to. */
  private void ask(long nowNanos) {
    boolean tooMuch = isTooMuchNotFlushed();
    boolean due = tooMuch || (nowNanos >= dueNanos && isMoreThanIsKept());
    if (!due || core.isInstalling() || !asking.compareAndSet(false, true)) {
      return;
    }
    dueNanos = nowNanos + INTERVAL_NANOS;
    long known = flushed;
    lane.add(() -> {
      long now = machine.flushedApplied().index();
      if (tooMuch && now <= known) {
        machine.flush();
        now = machine.flushedApplied().index();
      }
      answer.set(now);
      asking.set(false);
      wake.run();
    });
  }

  /** What is not applied yet is not counted: a flush could do nothing about it, and would be asked for again and again. */
  private boolean isTooMuchNotFlushed() {
    return !core.isStateLost()
        && log.diskBytesAfter(flushed) - log.diskBytesAfter(core.appliedIndex()) > config.flushBytes();
  }

  private boolean isMoreThanIsKept() {
    return core.lastIndexBeforeNewest(config.keepEntries(), config.keepBytes()) >= core.firstIndex();
  }
}
