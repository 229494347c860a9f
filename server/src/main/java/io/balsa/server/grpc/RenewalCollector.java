package io.balsa.server.grpc;

import io.balsa.proto.internal.v1.Renew;
import io.balsa.proto.internal.v1.Renewed;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.PendingProposal;
import io.balsa.raft.node.ProposalCallback;
import io.balsa.raft.port.RenewalSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects KeepAlives of leases and sessions, which have one id space (S1), until the raft thread takes them as one entry (T5);
 * each is answered when that entry is applied. What renews twice within an entry stands in it once. Thread-safe.
 */
public final class RenewalCollector implements RenewalSource<Result> {
  /** Of one entry; what is more waits for the next. */
  private static final int ENTRY_RENEWALS_MAX = 10_000;

  private final NodeId self;
  private final LongConsumer acknowledged;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  /** Why this node takes no renewals; null: it leads. */
  private @Nullable Error notLeading;

  private static final class Waiting {
    final long id;
    final List<RenewalCallback> callbacks = new ArrayList<>(1);
    long lowestAwaited;

    Waiting(long id) {
      this.id = id;
    }
  }

  /** @param acknowledged told of each session whose renewal was applied: it may have room again (S4). Applier's thread */
  public RenewalCollector(NodeId self, LongConsumer acknowledged) {
    this.self = self;
    this.notLeading = Errors.noLeader(self);
    this.acknowledged = acknowledged;
  }

  /** @param lowestAwaited every reply below it was received; 0: says nothing */
  void renew(long id, long lowestAwaited, RenewalCallback callback) {
    Error why;
    synchronized (this) {
      why = notLeading;
      if (why == null) {
        Waiting renewal = waiting.computeIfAbsent(id, Waiting::new);
        renewal.lowestAwaited = Math.max(renewal.lowestAwaited, lowestAwaited);
        renewal.callbacks.add(callback);
        return;
      }
    }
    callback.failed(why);
  }

  /** This node leads from now on. */
  public synchronized void leads() {
    notLeading = null;
  }

  /** This node does not lead: nobody will take what waits. */
  public void follows(Error why) {
    List<Waiting> given;
    synchronized (this) {
      notLeading = why;
      given = new ArrayList<>(waiting.values());
      waiting.clear();
    }
    fail(given, why);
  }

  @Override
  public @Nullable PendingProposal<Result> take() {
    List<Waiting> taken = new ArrayList<>();
    Renew.Builder renew = Renew.newBuilder();
    synchronized (this) {
      Collection<Waiting> all = waiting.values();
      for (var each = all.iterator(); each.hasNext() && taken.size() < ENTRY_RENEWALS_MAX;) {
        Waiting renewal = each.next();
        each.remove();
        taken.add(renewal);
        renew.addRenewals(Renew.Renewal.newBuilder().setId(renewal.id).setLowestAwaited(renewal.lowestAwaited));
      }
    }
    return taken.isEmpty() ? null : new PendingProposal<>(Commands.renew(renew), new Answers(taken));
  }

  /**
   * They are in no log. A leader that is handing leadership over takes no proposals for a moment: either it goes on leading, and
   * takes these with the next entry, or it does not, and they are told who does ({@link #follows}).
   *
   * @return false: this node does not lead
   */
  private synchronized boolean tryAgain(List<Waiting> rejected) {
    if (notLeading != null) {
      return false;
    }
    for (Waiting renewal : rejected) {
      Waiting newer = waiting.putIfAbsent(renewal.id, renewal);
      if (newer != null) {
        newer.lowestAwaited = Math.max(newer.lowestAwaited, renewal.lowestAwaited);
        newer.callbacks.addAll(renewal.callbacks);
      }
    }
    return true;
  }

  private static void fail(List<Waiting> given, Error error) {
    given.forEach(renewal -> renewal.callbacks.forEach(callback -> callback.failed(error)));
  }

  private final class Answers implements ProposalCallback<Result> {
    private final List<Waiting> taken;

    Answers(List<Waiting> taken) {
      this.taken = taken;
    }

    @Override
    public void applied(LogId id, Result result) {
      if (result.hasError()) {
        fail(taken, result.getError());
        return;
      }
      Renewed renewed = result.getRenewed();
      for (int i = 0; i < taken.size(); i++) {
        Waiting renewal = taken.get(i);
        long ttlMillis = renewed.getTtlMillis(i);
        for (RenewalCallback callback : renewal.callbacks) {
          if (ttlMillis > 0) {
            callback.renewed(result.getRevision(), ttlMillis);
          } else {
            callback.gone();
          }
        }
        acknowledged.accept(renewal.id);
      }
    }

    @Override
    public void rejected(Rejection why) {
      if (why == Rejection.STOPPING || !tryAgain(taken)) {
        fail(taken, Errors.rejected(why, self));
      }
    }

    @Override
    public void unknown() {
      fail(taken, Errors.outcomeUnknown(self));
    }
  }
}
