package io.balsa.raft.node;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proposals and changes of the membership that stand in the log and wait to be applied, in the order of their index. They
 * outlive the leadership in which they were made: another leader may commit them. A call completes only by the applied entry of the
 * same index and term, or as unknown (E1). Raft thread only.
 */
final class PendingProposals<R> {
  /** Who waits for an entry; one method is called, once. */
  interface Waiter<R> {
    /** @param result null for an entry that is no command */
    void applied(Entry entry, @Nullable R result);

    void unknown();
  }

  /** Who waits for the entry of this index and term. */
  record Waiting<R>(long index, long term, Waiter<R> waiter) {
  }

  private record ForResult<R>(ProposalCallback<R> callback) implements Waiter<R> {
    @Override
    public void applied(Entry entry, @Nullable R result) {
      if (result == null) {
        callback.unknown();
      } else {
        callback.applied(entry.id(), result);
      }
    }

    @Override
    public void unknown() {
      callback.unknown();
    }
  }

  private record ForMembership<R>(MembershipCallback callback) implements Waiter<R> {
    @Override
    public void applied(Entry entry, @Nullable R result) {
      callback.applied(Configuration.decode(entry.payload()), entry.index());
    }

    @Override
    public void unknown() {
      callback.unknown();
    }
  }

  private final ArrayDeque<Waiting<R>> waiting = new ArrayDeque<>();

  /** Callbacks may be null for entries that nobody waits for. */
  void add(long term, long firstIndex, List<@Nullable ProposalCallback<R>> callbacks) {
    for (int i = 0; i < callbacks.size(); i++) {
      ProposalCallback<R> callback = callbacks.get(i);
      if (callback != null) {
        waiting.addLast(new Waiting<>(firstIndex + i, term, new ForResult<>(callback)));
      }
    }
  }

  void add(long term, long index, MembershipCallback callback) {
    waiting.addLast(new Waiting<>(index, term, new ForMembership<>(callback)));
  }

  /** These entries are gone from this log; another leader may still have them. */
  void truncatedFrom(long fromIndex) {
    while (!waiting.isEmpty() && waiting.getLast().index() >= fromIndex) {
      waiting.removeLast().waiter().unknown();
    }
  }

  /** Takes out who waits for entries up to this index. */
  List<Waiting<R>> takeTo(long index) {
    List<Waiting<R>> taken = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.getFirst().index() <= index) {
      taken.add(waiting.removeFirst());
    }
    return taken;
  }

  /** The node ends: nobody will know here what becomes of them. */
  void abandonAll() {
    truncatedFrom(0);
  }
}
