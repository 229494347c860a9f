package io.balsa.client.recipe;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.LockNotObtainedException;
import io.balsa.client.kv.Kv;
import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.lock.LockGrant;
import io.balsa.client.watch.WatchCalls;
import io.balsa.proto.v1.LockInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One leader at a time among those who campaign, in the order in which they began. Who leads is judged by the election's lock, as
 * the cluster has it: no key that somebody left behind makes a leader.
 *
 * <p>Each campaign is a candidate of its own, also two of one object: the second waits until the first has resigned or is lost.
 * A leader tells a value, its address for instance, to all who ask {@link #leader()}; the value is under {@link #key()}, behind
 * the leadership's token and a space, and goes with the leadership: in the step in which the leader resigns or its session ends.
 * The key is readable like any other. Nobody should write it; what is written there without leading makes nobody a leader.
 *
 * <p>Errors: {@link LockNotObtainedException} when the time is up or the session ends; else those of {@link BalsaException}.
 * Cancelling a future of an {@code ...Async} call, or its completion by anybody else ({@code orTimeout}), withdraws the candidate.
 * At a failover candidates keep their places and the leader its lead, if it reaches the new leader of the cluster within its
 * session's TTL.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class LeaderElection {
  private final LockCalls calls;
  private final Kv kv;
  private final Kv unaryKv;
  private final WatchCalls watches;
  private final String name;

  /**
   * For the SDK itself: use {@code BalsaClient.election(name)}.
   *
   * @param kv
   *          of the session that holds the lock
   * @param unaryKv
   *          for those who only ask
   */
  public LeaderElection(LockCalls calls, Kv kv, Kv unaryKv, WatchCalls watches, String name) {
    this.calls = calls;
    this.kv = kv;
    this.unaryKv = unaryKv;
    this.watches = watches;
    this.name = name;
  }

  /** Its name, and that of the lock below it. */
  public String name() {
    return name;
  }

  /** The key under which the leader's token and value stand. */
  public String key() {
    return Proclamation.key(name);
  }

  /**
   * Stands for election, waits as long as it takes, or until the session ends, and proclaims the value.
   *
   * @param value
   *          any text of less than 1 MiB in UTF-8
   */
  public Leadership campaign(String value) {
    return calls.await(campaignAsync(value), true);
  }

  /** As {@link #campaign(String)}, without waiting. */
  public CompletableFuture<Leadership> campaignAsync(String value) {
    return campaign(value, () -> DistributedLock.of(calls, name).acquireAsync());
  }

  /**
   * As {@link #campaign(String)}, with a bound.
   *
   * @param wait
   *          how long to wait for others, to the millisecond; zero: not at all. While the cluster cannot be reached this call goes
   *          on for the time of a call at least.
   * @throws LockNotObtainedException
   *           when others led until the time was up; the candidate has left the queue
   */
  public Leadership campaign(String value, Duration wait) {
    return calls.await(campaignAsync(value, wait), true);
  }

  /** As {@link #campaign(String, Duration)}, without waiting. */
  public CompletableFuture<Leadership> campaignAsync(String value, Duration wait) {
    return campaign(value, () -> DistributedLock.of(calls, name).acquireAsync(wait));
  }

  private CompletableFuture<Leadership> campaign(String value, Supplier<CompletableFuture<LockGrant>> candidate) {
    try {
      Proclamation.check(value);
    } catch (BalsaException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<LockGrant> asked = candidate.get();
    CompletableFuture<Leadership> campaign = new CompletableFuture<>();
    var unused = asked.whenComplete((grant, error) -> {
      if (error != null) {
        campaign.completeExceptionally(Chained.cause(error));
      } else if (campaign.isDone()) {
        grant.close(); // nobody waits for it any more
      } else {
        elected(new Leadership(calls, kv, key(), grant), value, campaign);
      }
    });
    return Chained.givesUp(campaign, asked);
  }

  /** It leads when all can read so: who was told that it leads is found by {@link #leader()}. */
  private static void elected(Leadership leadership, String value, CompletableFuture<Leadership> campaign) {
    var unused = leadership.put(value).whenComplete((done, error) -> {
      if (error != null) {
        leadership.close();
        campaign.completeExceptionally(Chained.cause(error));
      } else if (!campaign.complete(leadership)) {
        leadership.close();
      }
    });
  }

  /**
   * Who leads now; empty: nobody, or somebody who was elected and has not proclaimed a value yet. Linearizable, and needs no
   * session: two reads.
   */
  public Optional<Leader> leader() {
    return calls.await(leaderAsync(), false);
  }

  /**
   * As {@link #leader()}, without waiting.
   *
   * <p>The holder is read first, then the key. Where both have one token there was a moment between the two reads at which that
   * one led with that value: the moment of the first read if the key was as it is now, else that of its last put, which its fence
   * let through. A key with an earlier token is left over, and the holder had proclaimed nothing when it was seen. A later token
   * is that of the next leader, if the lock has changed hands meanwhile.
   */
  public CompletableFuture<Optional<Leader>> leaderAsync() {
    return newestHolder().thenCompose(this::leading);
  }

  private CompletableFuture<Optional<Leader>> leading(long holder) {
    if (holder == 0) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return unaryKv.getAsync(key()).thenCompose(found -> {
      Optional<Leader> proclaimed = found.map(Proclamation::read);
      long by = proclaimed.map(Leader::token).orElse(0L);
      if (by > holder) {
        return newestHolder().thenCompose(
            next -> next == holder ? CompletableFuture.completedFuture(Optional.empty()) : leading(next));
      }
      return CompletableFuture.completedFuture(by == holder ? proclaimed : Optional.empty());
    });
  }

  /**
   * Tells who leads, first as it is now, then at every change, as a watch of {@link #key()} does: in order, none left out, through any
   * failover. Empty: nobody does, or has proclaimed nothing yet. Only a listener so slow that the store was compacted before it was told
   * misses what was in between: it is told who leads by then.
   *
   * <p>It follows, and may be late: who is told of a leader learns nothing of whether it leads still. That is what {@link #leader()} and
   * the token are for.
   *
   * @param listener
   *          runs on threads of the client, one call at a time, and may block
   * @return to be closed when nobody wants to know any more
   * @throws BalsaException
   *           no node serves it within the time of a call
   */
  public Observation observe(Consumer<Optional<Leader>> listener) {
    return watches.await(observeAsync(listener));
  }

  /** As {@link #observe}, without waiting. Cancelling the future before it is done ends the observation. */
  public CompletableFuture<Observation> observeAsync(Consumer<Optional<Leader>> listener) {
    return new Observation(watches, unaryKv, key(), listener).begin();
  }

  /** The token under which the lock is held; 0: it is free. */
  private CompletableFuture<Long> newestHolder() {
    return calls.describe(name).thenApply(lock -> lock.map(LeaderElection::newestToken).orElse(0L));
  }

  private static long newestToken(LockInfo lock) {
    long newest = 0;
    for (var holder : lock.getHoldersList()) {
      newest = Math.max(newest, holder.getToken());
    }
    return newest;
  }

  @Override
  public String toString() {
    return "election " + name;
  }
}
