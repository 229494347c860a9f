package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.client.session.KeepAlives.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One lease that this client keeps alive. Confined to the client's thread, but for {@link #isAlive}, id and TTL. */
public final class LeaseHandle {
  enum State {
    /** The Grant is not answered. */
    ASKED,
    /** It exists, but no answered renewal vouches for it now. */
    UNCONFIRMED,
    /** It lives, and the owner knows. */
    ALIVE,
    /** Lost, revoked or dropped. */
    OVER
  }

  /** Someone waits for a renewal of his own. */
  record Waiter(long fromRequestId, long deadline, Consumer<@Nullable BalsaException> told) {}

  private final LeaseCore core;
  final LeaseListener listener;
  /** Whether it was granted to this client, which then revokes it when it is lost. */
  final boolean owned;
  /** Whether it is renewed without being asked. */
  final boolean background;
  final long deadline;
  final KeepAlives renewals;
  final List<Waiter> waiters = new ArrayList<>();
  State state = State.ASKED;
  private volatile long id;
  private volatile long ttlMillis;
  /** Falls once and never rises again (K1). */
  private volatile boolean alive;
  private volatile boolean givenUp;

  LeaseHandle(LeaseCore core, KeepAlives renewals, boolean owned, boolean background, long deadline,
      LeaseListener listener) {
    this.core = core;
    this.renewals = renewals;
    this.owned = owned;
    this.background = background;
    this.deadline = deadline;
    this.listener = listener;
  }

  /** The lease; 0: not granted yet. Any thread. */
  public long id() {
    return id;
  }

  /** As granted or last renewed. Any thread. */
  public long ttlMillis() {
    return ttlMillis;
  }

  /**
   * Whether it lives at this moment, for certain under the assumption of K1. Once false, false for ever. Any thread.
   *
   * @param nanos
   *          the monotonic clock that the core is ticked with, read now
   * @param wallMillis
   *          the wall clock, read now
   */
  public boolean isAlive(long nanos, long wallMillis) {
    if (!alive || givenUp) {
      return false;
    }
    if (renewals.validFor(new Moment(nanos, wallMillis)) <= 0) {
      alive = false;
      core.lossSeen();
      return false;
    }
    return true;
  }

  /** Its owner gives it up: {@link #isAlive} is false from here on, before the core has heard of it. Any thread. */
  public void giveUp() {
    givenUp = true;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  void exists(long theId, long theTtlMillis) {
    id = theId;
    ttlMillis = theTtlMillis;
    state = State.UNCONFIRMED;
  }

  void ttl(long theTtlMillis) {
    ttlMillis = theTtlMillis;
  }

  void confirmed() {
    alive = true;
    state = State.ALIVE;
  }

  boolean believed(Moment now) {
    return alive && renewals.validFor(now) > 0;
  }

  boolean renewedUnasked() {
    return background || state == State.UNCONFIRMED || !waiters.isEmpty();
  }

  void over() {
    alive = false;
    state = State.OVER;
    renewals.over();
  }
}
