package io.balsa.client.session;

import io.balsa.client.error.BalsaException;
import io.balsa.client.session.KeepAlives.Moment;
import io.balsa.proto.v1.LockAcquireRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request for a lock, from the asking to its end. Confined to the client's thread, but for {@link #isHeld} and what never
 * changes once it is granted.
 */
public final class LockRequest {
  enum State {
    /** The Acquire is not answered; without a sequence it was not even sent. */
    ASKED,
    /** It stands in the lock's queue. */
    WAITING,
    /** Granted by the cluster, while this client cannot believe in its session (K1): told when a renewal is answered. */
    UNCONFIRMED,
    /** Held, and the owner knows. */
    HELD,
    /** A Release is on its way: until it is answered the cluster may count it as held (K2). */
    RELEASING,
    /** Nothing is left of it. */
    OVER
  }

  private final LockCore core;
  final LockAcquireRequest wanted;
  final long giveUpAt;
  final LockListener listener;
  State state = State.ASKED;
  /** It was given up, and its owner is told when the Release is answered, or at {@link #tellAt}. */
  boolean untold;
  long tellAt;
  /** K2: the request id, known before any answer. 0: not sent. */
  private volatile long sequence;
  private volatile long sessionId;
  private volatile @Nullable KeepAlives life;
  private volatile long token;
  /** Falls once and never rises again: a grant lost locally stays lost (K1). */
  private volatile boolean held;
  private volatile boolean givenUp;

  LockRequest(LockCore core, LockAcquireRequest wanted, long giveUpAt, LockListener listener) {
    this.core = core;
    this.wanted = wanted;
    this.giveUpAt = giveUpAt;
    this.listener = listener;
  }

  /** The lock. */
  public String name() {
    return wanted.getName();
  }

  /** The session that asked; 0: it was not sent yet. Any thread. */
  public long sessionId() {
    return sessionId;
  }

  /** With {@link #sessionId} the request's id; 0: it was not sent yet. Any thread. */
  public long sequence() {
    return sequence;
  }

  /** The fencing token; 0: it was not granted. Any thread. */
  public long token() {
    return token;
  }

  /**
   * Whether it is held at this moment, for certain under the assumption of K1. Once false after a grant, false for ever. Any
   * thread.
   *
   * @param nanos
   *          the monotonic clock that the core is ticked with, read now
   * @param wallMillis
   *          the wall clock, read now
   */
  public boolean isHeld(long nanos, long wallMillis) {
    KeepAlives session = life;
    if (!held || givenUp || session == null) {
      return false;
    }
    if (session.validFor(new Moment(nanos, wallMillis)) <= 0) {
      held = false;
      core.lossSeen();
      return false;
    }
    return true;
  }

  /** Its owner gives it up: {@link #isHeld} is false from here on, before the core has heard of it. Any thread. */
  public void giveUp() {
    givenUp = true;
  }

  /** To its owner, unless he has given it up: nothing is lost to him then. */
  void tellLost(String reason) {
    if (!givenUp) {
      listener.lost(reason);
    }
  }

  /**
   * Withdraws it from the queue, or frees the lock; {@link LockListener#released} tells when that is certain. Of one that was
   * never sent nothing is left at once. A second call does nothing.
   */
  public void release() {
    core.release(this);
  }

  void numbered(long theSession, long theSequence, KeepAlives theLife) {
    sessionId = theSession;
    life = theLife;
    sequence = theSequence;
  }

  boolean isSent() {
    return sequence != 0;
  }

  void granted(long theToken) {
    token = theToken;
  }

  void hold() {
    held = true;
    state = State.HELD;
  }

  void drop() {
    held = false;
  }

  boolean believes(Moment now) {
    KeepAlives session = life;
    return session != null && session.validFor(now) > 0;
  }

  boolean seesItself() {
    return held;
  }

  void over() {
    held = false;
    state = State.OVER;
  }

  void notObtained(BalsaException error) {
    listener.notObtained(error);
  }
}
