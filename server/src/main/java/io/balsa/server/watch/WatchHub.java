package io.balsa.server.watch;

import io.balsa.proto.v1.Event;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.node.ReadCallback;
import io.balsa.server.disk.DiskTask;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.ChangePosition;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.ReadRefused;
import io.balsa.storage.state.ChangeListener;
import io.balsa.storage.state.StateReads;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Everybody who watches at this node (R3). Follow a change: the applier hands it over ({@link #applied}); a step of the hub looks up
 * who wants it ({@link SyncedWatches}) and sends it to whoever has taken the message before. Who has not is told later, from the
 * history ({@link LaggingWatches}), as is everybody who begins in the past. So a watch holds one message at most, however slow it is,
 * and neither the applier nor another watch waits for it.
 *
 * <p>Why none is missed and none comes twice: {@link #position} is the revision up to which the synced watches have been told, and each
 * batch says what it follows upon. One that does not follow, or was not handed over, makes all of them lag from the position on; a
 * watch that lags is synced again only in a step that finds it at the position. Each is told what stands at or behind its own next
 * place only, and that only grows.
 *
 * <p>The steps run one at a time on the readers; other methods are called on any thread.
 */
public final class WatchHub implements ChangeListener {
  /** Watches at one node: each holds an open call, and a message of up to half a MiB while it is sent. */
  public static final int WATCHES_MAX = 100_000;
  /** What may wait for the hub; what comes beyond it is read from the history instead. */
  private static final long FEED_BYTES_MAX = 8 << 20;
  /** More than that is sent from the history, in pieces, as each watch takes them. */
  private static final long MESSAGE_BYTES_MAX = 512 << 10;
  /** So that those that lag have their turns while much is written. */
  private static final int EVENTS_A_STEP = 256;
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
  /** R3: every 10 s at least, and a tick may be late. */
  private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(8);

  private final StateReads state;
  private final Executor readers;
  private final LongSupplier nanoClock;
  private final Consumer<ReadCallback> readIndex;
  private final long behindNanosMax;

  private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean stepping = new AtomicBoolean();
  private final AtomicLong feedBytes = new AtomicLong();
  private final AtomicBoolean feedCut = new AtomicBoolean();
  private volatile boolean watched;
  private volatile int count;

  // Of the steps.
  private final Set<Watcher> all = new LinkedHashSet<>();
  private final SyncedWatches synced = new SyncedWatches();
  private final LaggingWatches lagging;
  private long position;
  private long compacted;
  private boolean ticking;
  /** A question is under way. */
  private boolean asking;
  /** When the last question was asked that was answered: everything that was written before it is here. */
  private long freshNanos;

  /**
   * @param readers        runs what may touch a disk
   * @param nanoClock      this node's monotonic clock
   * @param readIndex      asks consensus for one (C3)
   * @param behindNanosMax when no read index was to be had for longer than this, watches end: elsewhere they may be told more. To know a
   *                       leader is not enough: a node that hears it, and is not heard, would keep its watches and tell them nothing
   */
  public WatchHub(StateReads state, Executor readers, LongSupplier nanoClock, Consumer<ReadCallback> readIndex,
      long behindNanosMax) {
    this.state = state;
    this.readers = readers;
    this.nanoClock = nanoClock;
    this.readIndex = readIndex;
    this.behindNanosMax = behindNanosMax;
    this.lagging = new LaggingWatches(state);
    state.listen(this);
  }

  /** Watches that are open. */
  public int count() {
    return count;
  }

  /**
   * A watch begins. It is told nothing before it is {@link Watcher#ready}.
   *
   * @param start the first revision that it wants to hear of; it may be still to come
   */
  public Watcher begin(WatchSpec spec, long start, WatchSink sink) {
    Watcher watcher = new Watcher(this, spec, start, sink, nanoClock.getAsLong());
    post(() -> add(watcher));
    return watcher;
  }

  void ready(Watcher watcher) {
    post(() -> {
      if (!watcher.ended && !watcher.ready) {
        watcher.ready = true;
        if (watcher.group == null) {
          lagging.add(watcher);
        }
      }
    });
  }

  void end(Watcher watcher) {
    post(() -> remove(watcher));
  }

  /** This node stops: whoever watches goes elsewhere. */
  public void stop() {
    post(() -> leaveAll(WatchSink.Why.STOPPING));
  }

  // ---- from the applier

  @Override
  public void applied(long before, long revision, long compactedRevision, List<ChangedKey> changes) {
    if (!watched) {
      return;
    }
    long bytes = 0;
    for (ChangedKey changed : changes) {
      bytes += changed.bytes();
    }
    if (feedBytes.get() + bytes > FEED_BYTES_MAX) {
      replaced();
      return;
    }
    long fed = bytes;
    feedBytes.addAndGet(fed);
    post(() -> {
      feedBytes.addAndGet(-fed);
      advance(before, revision, changes);
      mark(compactedRevision);
    });
  }

  @Override
  public void replaced() {
    if (watched && feedCut.compareAndSet(false, true)) {
      post(() -> {
        feedCut.set(false);
        skipTo(state.revision());
        mark(state.compactedRevision());
      });
    }
  }

  // ---- steps

  private void post(Runnable event) {
    inbox.add(event);
    schedule();
  }

  private void schedule() {
    if (stepping.compareAndSet(false, true)) {
      DiskTask.execute(readers, this::step);
    }
  }

  /** One at a time, and short: others want the readers, too. */
  private void step() throws StoreException {
    for (int i = 0; i < EVENTS_A_STEP; i++) {
      Runnable event = inbox.poll();
      if (event == null) {
        break;
      }
      event.run();
    }
    if (!lagging.isEmpty()) {
      lagging.turn(position, turn);
    }
    boolean more = !lagging.isEmpty(); // before the next step may begin, on another thread
    stepping.set(false);
    if (more || !inbox.isEmpty()) {
      schedule();
    }
  }

  private void add(Watcher watcher) {
    if (all.isEmpty()) {
      // In this order: a batch that was not handed over because nobody watched was to be read before.
      watched = true;
      position = state.revision();
      compacted = state.compactedRevision();
      freshNanos = nanoClock.getAsLong();
    }
    all.add(watcher);
    count = all.size();
    if (!ticking) {
      ticking = true;
      watcher.sink.later(() -> post(this::tick), TICK_NANOS);
    }
  }

  private void remove(Watcher watcher) {
    watcher.ended = true;
    all.remove(watcher);
    synced.remove(watcher);
    lagging.remove(watcher);
    watched = !all.isEmpty();
    count = all.size();
  }

  private void advance(long before, long revision, List<ChangedKey> changes) {
    if (revision <= position) {
      return;
    }
    if (before > position) {
      skipTo(revision);
      return;
    }
    long now = nanoClock.getAsLong();
    for (SyncedGroup group : synced.match(changes, position)) {
      boolean fromHistory = group.key.spec().previous() || group.bytes > MESSAGE_BYTES_MAX;
      WatchUpdate update = new WatchUpdate(revision, group.events);
      long first = group.firstRevision;
      group.clear();
      for (Watcher watcher : List.copyOf(group.watchers)) {
        if (watcher.ready && !fromHistory) {
          watcher.tell(update, now);
        } else {
          synced.remove(watcher);
          lag(watcher, first);
        }
      }
    }
    position = revision;
  }

  private void skipTo(long revision) {
    if (revision > position) {
      long from = position + 1;
      synced.removeAll().forEach(watcher -> lag(watcher, from));
      position = revision;
    }
  }

  private void lag(Watcher watcher, long from) {
    watcher.next = ChangePosition.before(Math.max(from, watcher.start));
    if (watcher.ready) {
      lagging.add(watcher);
    }
  }

  private final LaggingWatches.Turn turn = new LaggingWatches.Turn() {
    @Override
    public void moved(Watcher watcher, List<Event> events, long through) {
      long now = nanoClock.getAsLong();
      if (watcher.next.revision() > position) {
        synced.add(watcher, position);
      }
      if (!events.isEmpty()) {
        watcher.tell(new WatchUpdate(Math.max(through, watcher.start - 1), events), now);
      } else if (watcher.group == null) {
        markIfDue(watcher, now);
        if (watcher.ready) {
          lagging.add(watcher);
        }
      }
    }

    @Override
    public void compacted(Watcher watcher, ReadRefused why) {
      remove(watcher);
      watcher.sink.compacted(why);
    }
  };

  // ---- marks, and the end of those that may be told old news

  private void tick() {
    ticking = false;
    if (all.isEmpty()) {
      return;
    }
    long now = nanoClock.getAsLong();
    if (now - freshNanos > behindNanosMax) {
      leaveAll(WatchSink.Why.NO_LEADER);
      return;
    }
    ask(now);
    all.forEach(watcher -> markIfDue(watcher, now));
    ticking = true;
    all.iterator().next().sink.later(() -> post(this::tick), TICK_NANOS);
  }

  private void ask(long now) {
    if (asking) {
      return;
    }
    asking = true;
    readIndex.accept(new ReadCallback() {
      @Override
      public void ready(long index) {
        post(() -> {
          asking = false;
          freshNanos = now;
        });
      }

      @Override
      public void rejected(Rejection why) {
        post(() -> asking = false);
      }
    });
  }

  private void leaveAll(WatchSink.Why why) {
    for (Watcher watcher : List.copyOf(all)) {
      remove(watcher);
      watcher.sink.left(why);
    }
  }

  private void markIfDue(Watcher watcher, long now) {
    if (now - watcher.toldNanos >= MARK_NANOS) {
      mark(watcher, now);
    }
  }

  /** Before it is too late to go on from where a watch was told of last. */
  private void mark(long compactedRevision) {
    if (compactedRevision > compacted) {
      compacted = compactedRevision;
      long now = nanoClock.getAsLong();
      for (Watcher watcher : all) {
        if (watcher.through < compactedRevision) {
          mark(watcher, now);
        }
      }
    }
  }

  /** Everything before the place where it stands was told. */
  private void mark(Watcher watcher, long now) {
    if (watcher.ready) {
      long told = watcher.group != null ? position : watcher.next.revision() - 1;
      lagging.remove(watcher);
      watcher.tell(new WatchUpdate(Math.max(told, watcher.start - 1), List.of()), now);
    }
  }
}
