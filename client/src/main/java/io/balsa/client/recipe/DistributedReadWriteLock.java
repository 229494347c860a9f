package io.balsa.client.recipe;

import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockCalls;

/**
 * A lock for many readers or one writer. Readers and writers stand in one queue and are served in its order: a reader who comes
 * after a waiting writer waits for it, so neither starves. Both sides are {@link DistributedLock}s, with all that is said there
 * about waits, errors, cancelling and failovers; each grant has a token of its own.
 *
 * <p><b>Re-entry</b> is by this object: whoever holds one of its two locks is granted the same one again at once, and the read
 * lock under the write lock. Two objects of one name exclude each other, also in one client, so give each thread its own, or let
 * only one thread at a time use one.
 *
 * <p><b>Upgrade:</b> the write lock while the read lock is held is refused at once with {@code LOCK_UPGRADE}, a {@link
 * io.balsa.client.error.RefusedException}: two who upgraded would wait for each other for ever. Release the read lock first, and
 * look again at what was read once the write lock is granted. That is known of the same object only; another one of the same
 * name waits for the first, as long as it is told to.
 *
 * <p><b>Downgrade:</b> acquire the read lock while the write lock is held, then release the write lock: nobody writes between.
 *
 * <p>A reader that stands still too long loses its lock like any holder, and goes on reading what writers change: have the store
 * check its token with the {@code Guard.lockHeld} of a transaction where that matters. A writer writes with {@code fencedBy}.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class DistributedReadWriteLock {
  private final DistributedLock lock;

  private DistributedReadWriteLock(DistributedLock lock) {
    this.lock = lock;
  }

  /** For the SDK itself: use {@code BalsaClient.readWriteLock(name)}. */
  public static DistributedReadWriteLock of(LockCalls calls, String name) {
    return new DistributedReadWriteLock(DistributedLock.of(calls, name));
  }

  /** Its name, and that of the lock below it. */
  public String name() {
    return lock.name();
  }

  /** Who holds it when this object acquires it, besides the session. */
  public String owner() {
    return lock.owner();
  }

  /** The same for a named owner: objects of the same owner, in one client, re-enter each other's grants. */
  public DistributedReadWriteLock ownedBy(String owner) {
    return new DistributedReadWriteLock(lock.ownedBy(owner));
  }

  /** Held by any number of owners at a time while nobody holds the write lock. */
  public DistributedLock readLock() {
    return lock.shared();
  }

  /** Held by one owner, while nobody else holds either. */
  public DistributedLock writeLock() {
    return lock;
  }

  @Override
  public String toString() {
    return "read-write lock " + name();
  }
}
