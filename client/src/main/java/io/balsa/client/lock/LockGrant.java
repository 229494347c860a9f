package io.balsa.client.lock;

import io.balsa.client.error.BalsaException;
import io.balsa.client.session.LockRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock that was granted. It ends by {@link #release()}, or is lost with the client's session; then {@link #isHeld()} is false
 * for ever and {@link #onLost} is told, before the cluster may grant the lock to another.
 *
 * <p><b>What to rely on.</b> "Before" holds while the clocks of this machine and of the cluster's leader run at rates less than
 * 1 % apart, and between two instructions of a program any time may pass. So a check of {@link #isHeld()} protects nothing by
 * itself: give the {@link #token()} along with every write that the lock is to protect. {@code PutOption.fencedBy(grant)} makes
 * the store check it; an outside system compares it with the highest token of an exclusive grant that it has seen, and refuses
 * lower ones.
 *
 * <p>Safe for use by any thread.
 */
public final class LockGrant implements AutoCloseable {
  private final LockCalls calls;
  private final LockRequest request;
  private final LockMode mode;
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final List<Consumer<String>> listeners = new ArrayList<>();
  private @Nullable String lostReason;

  LockGrant(LockCalls calls, LockRequest request, LockMode mode) {
    this.calls = calls;
    this.request = request;
    this.mode = mode;
  }

  /** The lock. */
  public String name() {
    return request.name();
  }

  /** How it is held. */
  public LockMode mode() {
    return mode;
  }

  /** The fencing token: greater than that of every grant before it, of any lock in the store; the same for a re-entry. */
  public long token() {
    return request.token();
  }

  /** The session that holds it, as {@code Locks.describe} names it. */
  public long sessionId() {
    return request.sessionId();
  }

  /** With {@link #sessionId()} the id of the request that was granted. */
  public long sequence() {
    return request.sequence();
  }

  /**
   * Whether the lock is held at this moment: not released, and vouched for by a renewal of the session that the cluster has
   * answered. Asks the clocks at each call and waits for nothing. Once false, false for ever.
   */
  public boolean isHeld() {
    return calls.isHeld(request);
  }

  /**
   * Is told once, with the reason, when the lock is lost, at once if it is lost already; never after a release. On the client's
   * thread, or on its executor for callbacks: a listener on the client's thread must be quick and must not block.
   */
  public void onLost(Consumer<String> listener) {
    String reason;
    synchronized (listeners) {
      reason = lostReason;
      if (reason == null) {
        listeners.add(listener);
      }
    }
    if (reason != null) {
      String told = reason;
      calls.callback(() -> listener.accept(told));
    }
  }

  /** As {@link #onLost(Consumer)}, without the reason. */
  public void onLost(Runnable listener) {
    onLost(reason -> listener.run());
  }

  /** Why it was lost; empty text: it was not. */
  public String lostReason() {
    synchronized (listeners) {
      return lostReason == null ? "" : lostReason;
    }
  }

  void lost(String reason) {
    List<Consumer<String>> told;
    synchronized (listeners) {
      lostReason = reason;
      told = List.copyOf(listeners);
      listeners.clear();
    }
    told.forEach(listener -> calls.callback(() -> listener.accept(reason)));
  }

  void released(@Nullable BalsaException unknown) {
    calls.callback(() -> {
      if (unknown == null) {
        released.complete(null);
      } else {
        released.completeExceptionally(unknown);
      }
    });
  }

  /**
   * Frees the lock and waits until the cluster has it so. {@link #isHeld()} is false from the call on. Of one that was lost or
   * released: waits for its end. If the cluster cannot be reached within the time of a call this throws, and the release goes on
   * in the background; the lock ends with the session's TTL at the latest.
   */
  public void release() {
    calls.await(releaseAsync(), true);
  }

  /** As {@link #release()}, without waiting. */
  public CompletableFuture<Void> releaseAsync() {
    request.giveUp();
    calls.run(request::release);
    return calls.within(released);
  }

  /** Frees the lock without waiting for the cluster's answer, and never throws because of it. A second call does nothing. */
  @Override
  public void close() {
    request.giveUp();
    calls.run(request::release);
  }

  @Override
  public String toString() {
    return "lock " + name() + ", token " + token() + (isHeld() ? "" : ", not held any more");
  }
}
