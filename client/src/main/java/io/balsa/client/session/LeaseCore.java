package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.session.KeepAlives.Moment;
import io.balsa.client.session.LeaseHandle.State;
import io.balsa.client.session.LeaseHandle.Waiter;
import io.balsa.proto.v1.LeaseGrantRequest;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveResponse;
import io.balsa.proto.v1.LeaseRevokeRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of leases, K1: grants them through the session, renews them at its leader, through any number of leaders,
 * and says when one can no longer be believed in. It never stops renewing in silence: a lease ends here by the cluster's word,
 * by its owner's, or by the clock, and each of them is told.
 *
 * <p>Part of a {@link SessionCore} and driven by it: no thread, no clock. Confined to the client's thread.
 */
public final class LeaseCore {
  private static final long NEVER = Long.MAX_VALUE;
  /** More than one lease is renewed while one client keeps it alive. */
  private static final long RENEWALS_MAX = 1L << 32;

  private final SessionCore session;
  private final SessionPort port;
  /** Those that exist, by id. */
  private final TreeMap<Long, LeaseHandle> leases = new TreeMap<>();
  private Moment now = new Moment(0, 0);
  /** Nothing is due on the monotonic clock before this, and none is lost on the wall clock before that. */
  private long dueFloor = NEVER;
  private long wallFloor = NEVER;
  private volatile boolean lossSeen;
  private long handles;

  LeaseCore(SessionCore session, SessionPort port) {
    this.session = session;
    this.port = port;
  }

  // ---- what owners ask for

  /**
   * Asks for a new lease.
   *
   * @param deadline
   *          until when it is to be granted
   */
  public LeaseHandle grant(long ttlMillis, boolean background, long deadline, LeaseListener listener) {
    LeaseHandle lease = new LeaseHandle(this, renewals(), true, background, deadline, listener);
    session.submit(new GrantCall(lease, ttlMillis));
    return lease;
  }

  /** Takes over the renewals of a lease that exists; {@link LeaseListener#alive} is told when the first is answered. */
  public LeaseHandle attach(long id, boolean background, long deadline, LeaseListener listener) {
    LeaseHandle lease = new LeaseHandle(this, renewals(), false, background, deadline, listener);
    if (session.isClosed()) {
      lease.over();
      listener.notGranted(Errors.closed(false));
      return lease;
    }
    if (leases.containsKey(id)) {
      lease.over();
      listener.notGranted(Errors.refused("LEASE_ATTACHED", "this client keeps lease " + id + " alive already"));
      return lease;
    }
    lease.exists(id, 0);
    lease.renewals.hurry(now);
    leases.put(id, lease);
    changed();
    return lease;
  }

  /** K1: a lease that is attached to a second time must not take the late answers to the first one's renewals for its own. */
  private KeepAlives renewals() {
    return new KeepAlives(RENEWALS_MAX * handles++ + 1);
  }

  /** Renews it now; told null when that is answered OK. */
  public void renew(LeaseHandle lease, long deadline, Consumer<@Nullable BalsaException> told) {
    if (lease.state == State.OVER || lease.state == State.ASKED) {
      told.accept(lost(lease, "it is over"));
      return;
    }
    lease.waiters.add(new Waiter(lease.renewals.nextRequestId(), deadline, told));
    lease.renewals.hurry(now);
    changed();
  }

  /** Stops renewing it; it goes on living for its TTL. It says nothing any more. */
  public void drop(LeaseHandle lease) {
    if (lease.state != State.OVER) {
      end(lease, "it was given up");
    }
  }

  private static BalsaException lost(LeaseHandle lease, String why) {
    return Errors.refused(Errors.LEASE_LOST, "lease " + lease.id() + " was not renewed: " + why);
  }

  /** Whether a connection to the leader is needed. */
  boolean wanted() {
    return !leases.isEmpty();
  }

  // ---- rounds

  /** What is due is to be found out again. */
  private void changed() {
    dueFloor = leases.isEmpty() ? NEVER : now.monotonicNanos();
  }

  void tick(Moment at, String lastProblem) {
    now = at;
    if (!lossSeen && now.monotonicNanos() < dueFloor && now.wallMillis() < wallFloor) {
      return;
    }
    lossSeen = false;
    for (LeaseHandle lease : List.copyOf(leases.values())) {
      expireWaiters(lease, lastProblem);
      if (lease.state == State.ALIVE && !lease.believed(now)) {
        lose(lease, "it could not be renewed in time (K1)");
      } else if (lease.state == State.UNCONFIRMED && now.monotonicNanos() >= lease.deadline) {
        end(lease, "the time was up");
        revoke(lease);
        lease.listener.notGranted(Errors.deadline(
            lease.owned ? "lease " + lease.id() + " was granted, and could not be renewed" : lastProblem, lease.owned));
      }
    }
    changed(); // proceed, which follows, finds what is due next
  }

  private void expireWaiters(LeaseHandle lease, String lastProblem) {
    for (Waiter waiter : List.copyOf(lease.waiters)) {
      if (now.monotonicNanos() >= waiter.deadline()) {
        lease.waiters.remove(waiter);
        waiter.told().accept(Errors.deadline(lastProblem, true));
      }
    }
  }

  /** The last step of a round: sends what is due, if there is a leader to send it to. */
  void proceed(@Nullable String leader) {
    if (now.monotonicNanos() < dueFloor) {
      return;
    }
    long due = NEVER;
    long wall = NEVER;
    for (LeaseHandle lease : leases.values()) {
      if (leader != null && lease.renewedUnasked()) {
        if (now.monotonicNanos() >= lease.renewals.dueAt()) {
          port.keepLeaseAlive(leader, LeaseKeepAliveRequest.newBuilder().setLeaseId(lease.id())
              .setRequestId(lease.renewals.request(now)).build());
        }
        due = Math.min(due, Math.max(lease.renewals.dueAt(), now.monotonicNanos() + 1));
      }
      if (lease.state == State.ALIVE) {
        due = Math.min(due, now.monotonicNanos() + Math.max(0, lease.renewals.validFor(now)));
        wall = Math.min(wall, lease.renewals.endsAtWallMillis());
      } else {
        due = Math.min(due, lease.deadline);
      }
      for (Waiter waiter : lease.waiters) {
        due = Math.min(due, waiter.deadline());
      }
    }
    dueFloor = due;
    wallFloor = wall;
  }

  long wakeAt() {
    return lossSeen ? now.monotonicNanos() : dueFloor;
  }

  /** A stream to a leader is up: what was not answered may have been lost. */
  void connected() {
    leases.values().forEach(lease -> lease.renewals.connected(now));
    changed();
  }

  // ---- answers

  void kept(LeaseKeepAliveResponse response) {
    LeaseHandle lease = leases.get(response.getLeaseId());
    if (lease == null) {
      return;
    }
    changed();
    if (!response.hasError()) {
      lease.renewals.answered(response.getRequestId(), response.getTtlMillis());
      lease.ttl(response.getTtlMillis());
      confirm(lease);
      for (Waiter waiter : List.copyOf(lease.waiters)) {
        if (response.getRequestId() >= waiter.fromRequestId()) {
          lease.waiters.remove(waiter);
          waiter.told().accept(null);
        }
      }
    } else if (response.getError().getReason().equals(Errors.LEASE_NOT_FOUND)) {
      if (lease.state == State.UNCONFIRMED) {
        end(lease, "it does not exist");
        lease.listener.notGranted(Errors.ofAnswer(response.getError(), false));
      } else {
        end(lease, "it ended at the cluster");
        tellLost(lease, "it expired or was revoked at the cluster");
      }
    } else {
      lease.renewals.failed(now);
    }
  }

  /** The RPC that carries the renewals broke. */
  void keepAliveFailed() {
    leases.values().forEach(lease -> lease.renewals.failed(now));
    changed();
  }

  /** {@link LeaseHandle#isAlive} fell on some thread. Any thread. */
  void lossSeen() {
    lossSeen = true;
  }

  void close() {
    for (LeaseHandle lease : List.copyOf(leases.values())) {
      boolean told = lease.state == State.ALIVE;
      end(lease, "the client was closed");
      if (told) {
        tellLost(lease, "the client was closed: nobody renews it any more");
      } else {
        lease.listener.notGranted(Errors.closed(true));
      }
    }
  }

  private void confirm(LeaseHandle lease) {
    if (lease.state == State.UNCONFIRMED && lease.renewals.validFor(now) > 0) {
      lease.confirmed();
      lease.listener.alive();
    }
  }

  private void lose(LeaseHandle lease, String reason) {
    end(lease, reason);
    if (!lease.isGivenUp()) {
      revoke(lease); // lost locally stays lost: what hangs on it goes
    }
    tellLost(lease, reason);
  }

  /** To its owner, unless he has given it up: nothing is lost to him then. */
  private static void tellLost(LeaseHandle lease, String reason) {
    if (!lease.isGivenUp()) {
      lease.listener.lost(reason);
    }
  }

  private void end(LeaseHandle lease, String why) {
    lease.over();
    leases.remove(lease.id(), lease);
    for (Waiter waiter : List.copyOf(lease.waiters)) {
      waiter.told().accept(lost(lease, why));
    }
    lease.waiters.clear();
    changed();
  }

  private void revoke(LeaseHandle lease) {
    if (lease.owned) {
      session.submit(new RevokeCall(lease.id()));
    }
  }

  private final class GrantCall extends Call {
    private final LeaseHandle lease;
    private Moment sentAt = new Moment(0, 0);

    GrantCall(LeaseHandle lease, long ttlMillis) {
      super(StreamRequest.newBuilder().setLeaseGrant(LeaseGrantRequest.newBuilder().setTtlMillis(ttlMillis)),
          Kind.MUTATION, lease.deadline);
      this.lease = lease;
    }

    /** K1 counts from the first sending, however often it is sent again. */
    @Override
    protected void numberedAs(long sequence) {
      sentAt = now;
    }

    @Override
    protected void answered(StreamReply reply) {
      if (reply.hasError()) {
        failed(Errors.ofAnswer(reply.getError(), true));
        return;
      }
      lease.exists(reply.getLeaseGrant().getLeaseId(), reply.getLeaseGrant().getTtlMillis());
      if (session.isClosed()) {
        return;
      }
      leases.put(lease.id(), lease);
      lease.renewals.opened(sentAt, lease.ttlMillis());
      confirm(lease); // else a renewal must vouch for it first
      changed();
    }

    @Override
    protected void failed(BalsaException error) {
      lease.over();
      lease.listener.notGranted(error);
    }

    @Override
    protected boolean cancelled() {
      return lease.state == State.OVER;
    }
  }

  /** Nobody waits for it: a lease that is not revoked dies of its TTL. */
  private static final class RevokeCall extends Call {
    RevokeCall(long id) {
      super(StreamRequest.newBuilder().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setLeaseId(id)), Kind.MUTATION,
          NEVER);
    }

    @Override
    protected void answered(StreamReply reply) {}

    @Override
    protected void failed(BalsaException error) {}

    @Override
    protected boolean cancelled() {
      return false;
    }
  }
}
