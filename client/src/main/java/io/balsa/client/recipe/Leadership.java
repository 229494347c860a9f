package io.balsa.client.recipe;

import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.DeleteOption;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.PutOption;
import io.balsa.client.kv.PutResult;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.lock.LockGrant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An election that was won. It ends by {@link #resign()}, or is lost with the client's session; then {@link #isLeader()} is false
 * for ever and {@link #onLost} is told, before the cluster may let another one lead, while clocks run at the same rate within one
 * per cent.
 *
 * <p><b>A leader that stood still</b> may believe for a moment that it leads when another one does. What it writes then is refused if
 * it is written with {@code fencedBy(leadership.grant())}; {@link #proclaim} always is. An outside system compares {@link #token()}
 * with the highest that it has seen.
 *
 * <p>Safe for use by any thread.
 */
public final class Leadership implements AutoCloseable {
  private final LockCalls calls;
  private final Kv kv;
  private final String key;
  private final LockGrant grant;

  Leadership(LockCalls calls, Kv kv, String key, LockGrant grant) {
    this.calls = calls;
    this.kv = kv;
    this.key = key;
    this.grant = grant;
  }

  /** The fencing token, greater than that of every leader before. */
  public long token() {
    return grant.token();
  }

  /** The grant of the election's lock, to fence writes by. */
  public LockGrant grant() {
    return grant;
  }

  /** Whether this client leads at this moment. Asks the clocks at each call and waits for nothing. Once false, false for ever. */
  public boolean isLeader() {
    return grant.isHeld();
  }

  /**
   * Is told once, with the reason, when the leadership is lost, at once if it is lost already; never after a resignation. On the
   * client's thread, or on its executor for callbacks: a listener on the client's thread must be quick and must not block.
   */
  public void onLost(Consumer<String> listener) {
    grant.onLost(listener);
  }

  /** As {@link #onLost(Consumer)}, without the reason. */
  public void onLost(Runnable listener) {
    grant.onLost(listener);
  }

  /** Why it was lost; empty text: it was not. */
  public String lostReason() {
    return grant.lostReason();
  }

  /**
   * Tells a new value to all who ask who leads. Proclamations take effect in the order of the calls.
   *
   * @throws BalsaException
   *           {@code FENCED}: this client does not lead any more, and nothing was changed; else as of a put
   */
  public void proclaim(String value) {
    calls.await(proclaimAsync(value), true);
  }

  /** As {@link #proclaim(String)}, without waiting. */
  public CompletableFuture<Void> proclaimAsync(String value) {
    return put(value).thenAccept(done -> {});
  }

  /** On the session, with which the lock ends: the key goes in the same step, so none is left over by a leader that died. */
  CompletableFuture<PutResult> put(String value) {
    return kv.putAsync(key, Proclamation.write(token(), value), PutOption.fencedBy(grant),
        PutOption.lease(grant.sessionId()));
  }

  /**
   * Gives the leadership up and waits until the cluster has it so: the next candidate is told at once. {@link #isLeader()} is false
   * from the call on. Of one that was lost or given up: waits for its end. If the cluster cannot be reached within the time of a
   * call this throws, and the resignation goes on in the background; the leadership ends with the session's TTL at the latest.
   */
  public void resign() {
    calls.await(resignAsync(), true);
  }

  /** As {@link #resign()}, without waiting. */
  public CompletableFuture<Void> resignAsync() {
    forget();
    return grant.releaseAsync();
  }

  /** Gives the leadership up without waiting for the cluster's answer, and never throws because of it. */
  @Override
  public void close() {
    forget();
    grant.close();
  }

  /**
   * Applied before the release, which has the next number of the session. Whether it succeeds is nobody's concern: a key that
   * stays names no leader once the lock is free, and the next leader overwrites it.
   */
  private void forget() {
    if (grant.isHeld()) {
      var unused = kv.deleteAsync(key, DeleteOption.fencedBy(grant));
    }
  }

  @Override
  public String toString() {
    return "leadership of " + grant.name() + ", token " + token() + (isLeader() ? "" : ", over");
  }
}
