package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.lock.LockGrant;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes that take effect together or not at all, as if nothing else happened meanwhile (strict serializable).
 *
 * <p>It begins at a revision that a linearizable read told: everything answered before is visible. Every read sees the store
 * at that revision and, over it, the transaction's own writes. Writes stay in the client until {@link #commit()}, which sends
 * them as one command under the condition that nothing that was read has changed since; else it ends with {@code
 * TransactionConflictException} and nothing is changed. A transaction that wrote nothing never conflicts. What was written
 * without being read does not conflict either: the last one wins.
 *
 * <p>After {@link #commit()}, however it ends, or {@link #rollback()} the transaction is over and any call but {@link
 * #close()} throws {@link IllegalStateException}. Writes and conditions are 512 at most ({@code TXN_TOO_LARGE}); a range counts
 * as one. A commit of which nobody can tell whether it took effect ends with {@code OutcomeUnknownException}, never as success
 * or as conflict; so does a {@code DeadlineExceededException} with {@code mayHaveBeenApplied()}.
 *
 * <p>Safe for use by any thread. Nothing is held on the server, so a transaction may be forgotten; one that outlives the
 * history that it reads conflicts.
 */
public final class Transaction implements AutoCloseable {
  private enum State {
    OPEN, COMMITTED, ROLLED_BACK
  }

  private final KvCalls calls;
  private final Snapshot snapshot;
  private final ReadSet readSet = new ReadSet();
  private final WriteSet writeSet = new WriteSet();
  private @Nullable LockGrant fence;
  private State state = State.OPEN;

  private Transaction(KvCalls calls, Snapshot snapshot) {
    this.calls = calls;
    this.snapshot = snapshot;
  }

  /** For the SDK itself: use {@code BalsaClient.transaction()}. */
  public static CompletableFuture<Transaction> begin(KvCalls calls) {
    return Snapshot.open(calls).thenApply(snapshot -> new Transaction(calls, snapshot));
  }

  /** The revision that it reads at. */
  public long revision() {
    return snapshot.revision();
  }

  /** Whether it was neither committed nor rolled back. */
  public synchronized boolean isOpen() {
    return state == State.OPEN;
  }

  private void checkOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the transaction is over: it was "
          + (state == State.COMMITTED ? "committed, or that was tried" : "rolled back") + "; begin another one");
    }
  }

  /** The commit is refused with {@code FENCED} unless the lock is held then under this grant. */
  public synchronized Transaction fencedBy(LockGrant grant) {
    checkOpen();
    fence = grant;
    return this;
  }

  // ---- reads

  /** The key, or empty if it does not exist. One put by this transaction has revisions and version 0. */
  public Optional<KeyValue> get(String key) {
    return calls.await(getAsync(key), false);
  }

  /** As {@link #get(String)}. */
  public Optional<KeyValue> get(byte[] key) {
    return calls.await(getAsync(key), false);
  }

  /** As {@link #get(String)}, without waiting. */
  public CompletableFuture<Optional<KeyValue>> getAsync(String key) {
    return read(ByteString.copyFromUtf8(key));
  }

  /** As {@link #get(byte[])}, without waiting. */
  public CompletableFuture<Optional<KeyValue>> getAsync(byte[] key) {
    return read(ByteString.copyFrom(key));
  }

  private synchronized CompletableFuture<Optional<KeyValue>> read(ByteString key) {
    checkOpen();
    if (writeSet.has(key)) {
      return CompletableFuture.completedFuture(writeSet.get(key));
    }
    return Kv.checked(() -> {
      CompletableFuture<Optional<KeyValue>> read = snapshot.get(key);
      readSet.add(KeyRange.of(key)); // before the answer, so that no commit can miss it
      return conflicting(read);
    });
  }

  /**
   * The number that the key holds as decimal text, as counters do; 0 if it does not exist.
   *
   * @throws BalsaException
   *           {@code NOT_A_NUMBER}: as of {@code incr}
   */
  public long getLong(String key) {
    return calls.await(getLongAsync(key), false);
  }

  /** As {@link #getLong(String)}, without waiting. */
  public CompletableFuture<Long> getLongAsync(String key) {
    return getAsync(key).thenApply(found -> found.map(Transaction::number).orElse(0L));
  }

  private static long number(KeyValue kv) {
    try {
      return kv.number();
    } catch (NumberFormatException e) {
      BalsaException refused = Errors.refused("NOT_A_NUMBER", "the key " + kv.keyUtf8() + " holds no number");
      refused.initCause(e);
      throw refused;
    }
  }

  /** Those of the keys that exist, in the order asked for. */
  public Map<String, KeyValue> getAll(Collection<String> keys) {
    return calls.await(getAllAsync(keys), false);
  }

  /** As {@link #getAll(Collection)}. */
  public Map<String, KeyValue> getAll(String... keys) {
    return getAll(List.of(keys));
  }

  /** As {@link #getAll(Collection)}, without waiting. */
  public CompletableFuture<Map<String, KeyValue>> getAllAsync(Collection<String> keys) {
    Map<String, CompletableFuture<Optional<KeyValue>>> asked = new LinkedHashMap<>();
    new LinkedHashSet<>(keys).forEach(key -> asked.put(key, getAsync(key)));
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new)).thenApply(all -> {
      Map<String, KeyValue> found = new LinkedHashMap<>();
      asked.forEach((key, read) -> read.join().ifPresent(kv -> found.put(key, kv)));
      return found;
    });
  }

  /**
   * The rows of a range, all in memory; keys that this transaction put are among them, those that it deleted are not. Of the
   * options {@code limit}, {@code descending} and {@code keysOnly} are understood. The commit fails if anything in the range
   * changed, also a key that was added; with a limit only the part up to the last row counts.
   */
  public List<KeyValue> range(KeyRange keys, RangeOption... options) {
    return calls.await(rangeAsync(keys, options), false);
  }

  /** As {@link #range(KeyRange, RangeOption...)}, without waiting. */
  public synchronized CompletableFuture<List<KeyValue>> rangeAsync(KeyRange keys, RangeOption... options) {
    checkOpen();
    return Kv.checked(() -> {
      Limits.keys(keys);
      RangeRequest asked = RangeOption.request(keys, options).build();
      if (!asked.equals(RangeRequest.newBuilder().setRange(asked.getRange()).setLimit(asked.getLimit())
          .setOrder(asked.getOrder()).setKeysOnly(asked.getKeysOnly()).build())) {
        throw Errors.invalid("BAD_REQUEST",
            "a range of a transaction is read at its own revision: limit, descending and keysOnly are understood");
      }
      WriteSet own = writeSet.within(keys);
      ReadSet.Entry entry = readSet.add(keys);
      // Own deletes take away at most so many of the rows.
      long limit = asked.getLimit() == 0 ? 0 : asked.getLimit() + own.size();
      return conflicting(snapshot.range(asked.toBuilder().setLimit(limit).build())).thenApply(rows -> {
        if (limit != 0 && rows.size() >= limit) {
          narrow(entry, keys, rows.get(rows.size() - 1).keyBytes(), asked);
        }
        return own.over(rows, asked);
      });
    });
  }

  private synchronized void narrow(ReadSet.Entry entry, KeyRange keys, ByteString lastRead, RangeRequest asked) {
    boolean descending = asked.getOrder() == RangeRequest.Order.DESCENDING;
    entry.narrow(descending ? keys.startingAt(lastRead) : keys.upTo(lastRead));
  }

  /** A revision that was compacted cannot be read any more: the transaction came too late, and another one will not. */
  private static <T> CompletableFuture<T> conflicting(CompletableFuture<T> read) {
    return read.exceptionallyCompose(error -> {
      Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
      boolean compacted = cause instanceof BalsaException balsa && balsa.reason().equals(Errors.COMPACTED);
      return CompletableFuture.failedFuture(compacted
          ? Errors.conflict("the revision that the transaction reads at was compacted: run it again from its beginning")
          : cause);
    });
  }

  // ---- writes

  /** Sets the key when the transaction commits; of the options only {@code lease} is understood. */
  public void put(String key, String value, PutOption... options) {
    write(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value), options);
  }

  /** As {@link #put(String, String, PutOption...)}. */
  public void put(byte[] key, byte[] value, PutOption... options) {
    write(ByteString.copyFrom(key), ByteString.copyFrom(value), options);
  }

  /** Sets the key to a number as decimal text, as counters do. */
  public void put(String key, long number, PutOption... options) {
    put(key, Long.toString(number), options);
  }

  private synchronized void write(ByteString key, ByteString value, PutOption[] options) {
    checkOpen();
    PutRequest.Builder put = PutRequest.newBuilder().setKey(Limits.key(key)).setValue(Limits.value(value));
    PutOption.apply(put, options);
    if (put.hasFence() || put.getPrevKv()) {
      throw Errors.invalid("BAD_REQUEST",
          "a put of a transaction understands lease only: fence it as a whole with Transaction.fencedBy, and get what was"
              + " there before");
    }
    writeSet.put(put.build());
  }

  /** Deletes the key, if it exists, when the transaction commits. */
  public void delete(String key) {
    erase(ByteString.copyFromUtf8(key));
  }

  /** As {@link #delete(String)}. */
  public void delete(byte[] key) {
    erase(ByteString.copyFrom(key));
  }

  private synchronized void erase(ByteString key) {
    checkOpen();
    writeSet.delete(Limits.key(key));
  }

  // ---- ends

  /**
   * Makes it so, and ends the transaction.
   *
   * @return the revision that it was committed at; of one that wrote nothing: the revision that it read at
   * @throws BalsaException
   *           {@code TransactionConflictException}, {@code OutcomeUnknownException}, ...: see there what holds
   */
  public long commit() {
    return calls.await(commitAsync(), true);
  }

  /** As {@link #commit()}, without waiting. Reads that are not answered yet count as read. */
  public synchronized CompletableFuture<Long> commitAsync() {
    checkOpen();
    state = State.COMMITTED;
    if (writeSet.size() == 0) {
      // All of it was read at one revision, which was the newest at some moment after begin: it took effect then.
      return CompletableFuture.completedFuture(snapshot.revision());
    }
    return Kv.checked(() -> {
      Txn txn = new Txn(calls).when(readSet.guards(snapshot.revision())).then(writeSet.operations());
      if (fence != null) {
        txn.fencedBy(fence);
      }
      return txn.commitAsync().thenApply(result -> {
        if (!result.succeeded()) {
          throw Errors.conflict("something read at revision " + snapshot.revision()
              + " was changed before the commit, or that revision was compacted: nothing was changed; run the transaction"
              + " again from its beginning (BalsaClient.transact does)");
        }
        return result.revision();
      });
    });
  }

  /** Drops everything that was written, and ends the transaction. */
  public synchronized void rollback() {
    checkOpen();
    state = State.ROLLED_BACK;
  }

  /** Rolls back what was not committed. Never throws. */
  @Override
  public synchronized void close() {
    if (state == State.OPEN) {
      state = State.ROLLED_BACK;
    }
  }

  @Override
  public synchronized String toString() {
    return "transaction at revision " + snapshot.revision() + ", " + state;
  }
}
