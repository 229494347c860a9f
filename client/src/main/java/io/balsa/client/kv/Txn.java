package io.balsa.client.kv;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.lock.LockGrant;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.TxnRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Guards and two lists of operations, decided in one step at one revision: when every guard holds, the operations of {@link
 * #then} run, else those of {@link #otherwise}. Guards are looked at before any operation runs. If one operation is refused,
 * nothing is changed. Each list writes a key once at most ({@code DUPLICATE_KEY}); guards and operations are 512 at most.
 *
 * <pre>{@code
 * boolean moved = client.kv().txn()
 *     .when(Guard.valueEquals("job/7", "free"))
 *     .then(Op.put("job/7", "taken"))
 *     .commit().succeeded();
 * }</pre>
 *
 * <p>Confined to one thread until it is committed; can be committed once.
 */
public final class Txn {
  /** Guards and operations of one transaction, in all. */
  public static final int SIZE_MAX = 512;

  private final KvCalls calls;
  private final TxnRequest.Builder request = TxnRequest.newBuilder();
  private boolean committed;

  Txn(KvCalls calls) {
    this.calls = calls;
  }

  /** More guards; all must hold. */
  public Txn when(Guard... guards) {
    for (Guard guard : guards) {
      request.addGuards(guard.wire());
    }
    return this;
  }

  /** What is done, in this order, when every guard holds. */
  public Txn then(Op... operations) {
    for (Op operation : operations) {
      request.addThenOps(operation.wire());
    }
    return this;
  }

  /** What is done, in this order, when some guard does not hold. */
  public Txn otherwise(Op... operations) {
    for (Op operation : operations) {
      request.addElseOps(operation.wire());
    }
    return this;
  }

  /** As {@link #when(Guard...)}. */
  public Txn when(List<Guard> guards) {
    return when(guards.toArray(Guard[]::new));
  }

  /** As {@link #then(Op...)}. */
  public Txn then(List<Op> operations) {
    return then(operations.toArray(Op[]::new));
  }

  /** As {@link #otherwise(Op...)}. */
  public Txn otherwise(List<Op> operations) {
    return otherwise(operations.toArray(Op[]::new));
  }

  /** The whole is refused with {@code FENCED}, before any guard is looked at, unless the lock is held under this grant. */
  public Txn fencedBy(LockGrant grant) {
    return fencedBy(grant.name(), grant.token());
  }

  /** As {@link #fencedBy(LockGrant)}, for a process that was told lock and token. */
  public Txn fencedBy(String lock, long token) {
    request.setFence(Fences.of(lock, token));
    return this;
  }

  /**
   * Sends it and waits. Errors are those of {@link Kv}; one of an operation carries its position in the detail {@code op}.
   *
   * @throws BalsaException
   *           refused as a whole, or the outcome is not known; a guard that does not hold is no error
   */
  public TxnResult commit() {
    return calls.await(commitAsync(), true);
  }

  /** As {@link #commit()}, without waiting. */
  public CompletableFuture<TxnResult> commitAsync() {
    if (committed) {
      throw new IllegalStateException("committed before: build another one");
    }
    committed = true;
    int size = request.getGuardsCount() + request.getThenOpsCount() + request.getElseOpsCount();
    if (size > SIZE_MAX) {
      return CompletableFuture.failedFuture(Errors.invalid("TXN_TOO_LARGE", "the transaction has " + size
          + " guards and operations, the limit is " + SIZE_MAX + ": split it"));
    }
    return calls.call(StreamRequest.newBuilder().setTxn(request), true,
        reply -> new TxnResult(reply.getRevision(), reply.getTxn()));
  }
}
