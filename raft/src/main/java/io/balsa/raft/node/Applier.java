package io.balsa.raft.node;

import io.balsa.raft.core.Check;
import io.balsa.raft.log.Entry;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The stage that applies committed entries, a batch at a time, and then answers who waited for them. It never waits for anything
 * but its own disk reads.
 */
final class Applier<R> {
  /** Entries to be applied; or else a job for the state machine when all before it are. */
  private record Work<R>(long upTo, List<PendingProposals.Waiting<R>> waiting, @Nullable Job job) {
  }

  /** What is done to the state machine between two entries. */
  interface Job {
    void run() throws IOException;
  }

  private record AtIndex(long index, long order, LongConsumerAt request) {
  }

  private final LogStore log;
  private final StateMachine<R> machine;
  private final ObsoleteRemoval obsolete;
  private final long batchBytesMax;
  private final ConcurrentLinkedQueue<Work<R>> handedOver = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<LongConsumerAt> requested = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<AtIndex> atIndex = new PriorityQueue<>(
      Comparator.comparingLong(AtIndex::index).thenComparingLong(AtIndex::order));
  private final AtomicBoolean anyGivenUp = new AtomicBoolean();
  private final ArrayDeque<PendingProposals.Waiting<R>> waiting = new ArrayDeque<>();
  private long atIndexCount;
  private long target;
  private long applied;
  private long appliedByEntries;

  private static final class LongConsumerAt {
    final long index;
    final LongConsumer callback;
    volatile boolean givenUp;

    LongConsumerAt(long index, LongConsumer callback) {
      this.index = index;
      this.callback = callback;
    }
  }

  Applier(LogStore log, StateMachine<R> machine, ObsoleteRemoval obsolete, long batchBytesMax) {
    this.log = log;
    this.machine = machine;
    this.obsolete = obsolete;
    this.batchBytesMax = batchBytesMax;
    this.applied = machine.applied().index();
    this.target = applied;
  }

  /** Raft thread: everything up to this index is to be applied, and these wait for it. */
  void hand(long upTo, List<PendingProposals.Waiting<R>> waitingForIt) {
    handedOver.add(new Work<>(upTo, waitingForIt, null));
  }

  /** Raft thread: this is to be done after everything handed over so far is applied, and before anything later is. */
  void hand(Job job) {
    handedOver.add(new Work<>(0, List.of(), job));
  }

  /**
   * Any thread: call back right after this index is applied, before anything later is.
   *
   * @return gives up waiting: it is forgotten at the next poll
   */
  Runnable whenApplied(long index, LongConsumer callback) {
    LongConsumerAt request = new LongConsumerAt(index, callback);
    requested.add(request);
    return () -> {
      request.givenUp = true;
      anyGivenUp.set(true);
    };
  }

  /** Applies one batch. @return whether there was something to do */
  boolean poll() throws IOException {
    if (machine.takeObsolete()) {
      obsolete.begin();
    }
    takeRequests();
    takeWork();
    boolean calledBack = callBack();
    if (applied >= target) {
      return runJob() || calledBack;
    }
    long to = atIndex.isEmpty() ? target : Math.min(target, atIndex.element().index());
    List<Entry> entries = log.readCached(applied + 1, to, batchBytesMax);
    if (entries.isEmpty()) {
      entries = log.read(applied + 1, to, batchBytesMax);
    }
    Check.that(!entries.isEmpty() && entries.get(0).index() == applied + 1, "committed entry %d is not in the log",
        applied + 1);
    List<@Nullable R> results = machine.apply(entries);
    Check.that(!results.isEmpty() && results.size() <= entries.size(), "%d results for %d entries", results.size(),
        entries.size());
    applied = entries.get(results.size() - 1).index();
    appliedByEntries = applied;
    answer(entries, results);
    callBack();
    return true;
  }

  /** What stands before the next job. */
  private void takeWork() {
    for (Work<R> work = handedOver.peek(); work != null && work.job() == null; work = handedOver.peek()) {
      handedOver.remove();
      target = work.upTo();
      waiting.addAll(work.waiting());
    }
  }

  /** A job may have installed a state: then nobody waits any more for the entries that it covers, but for their index (E1). */
  private boolean runJob() throws IOException {
    Work<R> work = handedOver.peek();
    if (work == null || work.job() == null) {
      return false;
    }
    handedOver.remove();
    work.job().run();
    applied = machine.applied().index();
    target = Math.max(target, applied);
    callBack();
    return true;
  }

  /** The last entry that was applied here; what came by a snapshot does not count. */
  long appliedByEntries() {
    return appliedByEntries;
  }

  long nextDueNanos() {
    return machine.nextDueNanos();
  }

  private void takeRequests() {
    for (LongConsumerAt request = requested.poll(); request != null; request = requested.poll()) {
      atIndex.add(new AtIndex(request.index, atIndexCount++, request));
    }
    if (anyGivenUp.compareAndSet(true, false)) {
      atIndex.removeIf(each -> each.request().givenUp);
    }
  }

  private boolean callBack() {
    boolean any = false;
    while (!atIndex.isEmpty() && atIndex.element().index() <= applied) {
      atIndex.remove().request().callback.accept(applied);
      any = true;
    }
    return any;
  }

  /** E1: "completes only by the applied entry of the same (index, term), or as unknown". */
  private void answer(List<Entry> entries, List<@Nullable R> results) {
    long first = entries.get(0).index();
    while (!waiting.isEmpty() && waiting.getFirst().index() <= applied) {
      PendingProposals.Waiting<R> call = waiting.removeFirst();
      Entry entry = entries.get((int) (call.index() - first));
      if (entry.term() == call.term()) {
        call.waiter().applied(entry, results.get((int) (call.index() - first)));
      } else {
        call.waiter().unknown();
      }
    }
  }

  /** The node ends. */
  void abandonAll() {
    for (Work<R> work = handedOver.poll(); work != null; work = handedOver.poll()) {
      waiting.addAll(work.waiting());
    }
    waiting.forEach(call -> call.waiter().unknown());
    waiting.clear();
  }
}
