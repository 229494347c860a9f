package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import io.balsa.client.error.BalsaException;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Keys and values. Text is stored as UTF-8; a key has 1 byte to 4 KiB, a value up to 1 MiB.
 *
 * <p>Each operation exists twice. The blocking one throws a {@link BalsaException}, see there for what each kind means; the
 * {@code ...Async} twin returns at once and its future ends with the same exception. Futures complete on the client's one
 * thread unless it was given an executor for them: what hangs on them must be quick there, and must not call blocking methods
 * of this client (that is noticed and refused with {@link IllegalStateException}).
 *
 * <p>Calls of {@code client.kv()} go through the client's session. They take effect in the order of the calls, each mutation
 * exactly once, through reconnects, leader changes and restarts; reads of one key see the mutations called before them. At a
 * failover calls wait, each up to its deadline. Calls of {@code client.unaryKv()} have no session: a mutation is sent at most
 * once after it may have reached a log, no order holds between calls that overlap, and a broken connection leaves the outcome
 * of what was under way unknown. Their gets, and all ranges, are served by the node that the client's {@code ReadBalance} picks,
 * the leader unless it says otherwise: each is as fresh as its {@link Consistency} says, linearizable unless set, on any node.
 *
 * <p>Immutable and safe for use by any thread.
 */
public final class Kv {
  private final KvCalls calls;

  /** For the SDK itself: use {@code BalsaClient.kv()}. */
  public Kv(KvCalls calls) {
    this.calls = calls;
  }

  /** The same with another deadline for each call. */
  public Kv withTimeout(Duration timeout) {
    return new Kv(calls.withTimeout(timeout));
  }

  // ---- get

  /** The key, or empty if it does not exist. */
  public Optional<KeyValue> get(String key, GetOption... options) {
    return calls.await(getAsync(key, options), false);
  }

  /** The key, or empty if it does not exist. */
  public Optional<KeyValue> get(byte[] key, GetOption... options) {
    return calls.await(getAsync(key, options), false);
  }

  /** As {@link #get(String, GetOption...)}, without waiting. */
  public CompletableFuture<Optional<KeyValue>> getAsync(String key, GetOption... options) {
    return get(ByteString.copyFromUtf8(key), options);
  }

  /** As {@link #get(byte[], GetOption...)}, without waiting. */
  public CompletableFuture<Optional<KeyValue>> getAsync(byte[] key, GetOption... options) {
    return get(ByteString.copyFrom(key), options);
  }

  private CompletableFuture<Optional<KeyValue>> get(ByteString key, GetOption[] options) {
    return checked(() -> {
      GetRequest.Builder request = GetRequest.newBuilder().setKey(Limits.key(key));
      GetOption.apply(request, options);
      return calls.call(StreamRequest.newBuilder().setGet(request), false, Kv::got);
    });
  }

  static Optional<KeyValue> got(StreamReply reply) {
    GetResponse get = reply.getGet();
    return get.hasKv() ? Optional.of(new KeyValue(get.getKv())) : Optional.empty();
  }

  // ---- put

  /** Sets the key to the value. */
  public PutResult put(String key, String value, PutOption... options) {
    return calls.await(putAsync(key, value, options), true);
  }

  /** Sets the key to the value. */
  public PutResult put(String key, byte[] value, PutOption... options) {
    return calls.await(putAsync(key, value, options), true);
  }

  /** Sets the key to the value. */
  public PutResult put(byte[] key, byte[] value, PutOption... options) {
    return calls.await(putAsync(key, value, options), true);
  }

  /** As {@link #put(String, String, PutOption...)}, without waiting. */
  public CompletableFuture<PutResult> putAsync(String key, String value, PutOption... options) {
    return put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value), options);
  }

  /** As {@link #put(String, byte[], PutOption...)}, without waiting. */
  public CompletableFuture<PutResult> putAsync(String key, byte[] value, PutOption... options) {
    return put(ByteString.copyFromUtf8(key), ByteString.copyFrom(value), options);
  }

  /** As {@link #put(byte[], byte[], PutOption...)}, without waiting. */
  public CompletableFuture<PutResult> putAsync(byte[] key, byte[] value, PutOption... options) {
    return put(ByteString.copyFrom(key), ByteString.copyFrom(value), options);
  }

  private CompletableFuture<PutResult> put(ByteString key, ByteString value, PutOption[] options) {
    return checked(() -> {
      PutRequest.Builder request = PutRequest.newBuilder().setKey(Limits.key(key)).setValue(Limits.value(value));
      PutOption.apply(request, options);
      return calls.call(StreamRequest.newBuilder().setPut(request), true, Kv::put);
    });
  }

  private static PutResult put(StreamReply reply) {
    Optional<KeyValue> before = reply.getPut().hasPrevKv()
        ? Optional.of(new KeyValue(reply.getPut().getPrevKv()))
        : Optional.empty();
    return new PutResult(reply.getRevision(), before);
  }

  // ---- delete

  /** Deletes the key if it exists. */
  public DeleteResult delete(String key, DeleteOption... options) {
    return delete(KeyRange.single(key), options);
  }

  /** Deletes the key if it exists. */
  public DeleteResult delete(byte[] key, DeleteOption... options) {
    return delete(KeyRange.single(key), options);
  }

  /**
   * Deletes every key of the range in one revision; refused with {@code TOO_MANY_KEYS}, and nothing changed, when there are
   * more than 10,000.
   */
  public DeleteResult delete(KeyRange keys, DeleteOption... options) {
    return calls.await(deleteAsync(keys, options), true);
  }

  /** As {@link #delete(String, DeleteOption...)}, without waiting. */
  public CompletableFuture<DeleteResult> deleteAsync(String key, DeleteOption... options) {
    return deleteAsync(KeyRange.single(key), options);
  }

  /** As {@link #delete(byte[], DeleteOption...)}, without waiting. */
  public CompletableFuture<DeleteResult> deleteAsync(byte[] key, DeleteOption... options) {
    return deleteAsync(KeyRange.single(key), options);
  }

  /** As {@link #delete(KeyRange, DeleteOption...)}, without waiting. */
  public CompletableFuture<DeleteResult> deleteAsync(KeyRange keys, DeleteOption... options) {
    return checked(() -> {
      DeleteRequest.Builder request = DeleteRequest.newBuilder().setRange(Limits.keys(keys));
      DeleteOption.apply(request, options);
      return calls.call(StreamRequest.newBuilder().setDelete(request), true, Kv::deleted);
    });
  }

  private static DeleteResult deleted(StreamReply reply) {
    return new DeleteResult(reply.getRevision(), reply.getDelete().getDeleted(),
        reply.getDelete().getPrevKvsList().stream().map(KeyValue::new).toList());
  }

  // ---- incr

  /**
   * Adds to the number that the key holds, as decimal text; a missing key counts as 0 unless an option says otherwise.
   *
   * @return the sum, which the key now holds
   * @throws BalsaException
   *           {@code NOT_A_NUMBER}, {@code OVERFLOW} or {@code OVER_MAX}: refused, nothing was changed
   */
  public long incr(String key, long delta, IncrOption... options) {
    return calls.await(incrAsync(key, delta, options), true);
  }

  /** As {@link #incr(String, long, IncrOption...)}. */
  public long incr(byte[] key, long delta, IncrOption... options) {
    return calls.await(incrAsync(key, delta, options), true);
  }

  /** As {@link #incr(String, long, IncrOption...)}, without waiting. */
  public CompletableFuture<Long> incrAsync(String key, long delta, IncrOption... options) {
    return incrAsync(key.getBytes(StandardCharsets.UTF_8), delta, options);
  }

  /** As {@link #incr(byte[], long, IncrOption...)}, without waiting. */
  public CompletableFuture<Long> incrAsync(byte[] key, long delta, IncrOption... options) {
    return checked(() -> {
      IncrRequest.Builder request = IncrRequest.newBuilder().setKey(Limits.key(ByteString.copyFrom(key)))
          .setDelta(delta);
      IncrOption.apply(request, options);
      return calls.call(StreamRequest.newBuilder().setIncr(request), true, reply -> reply.getIncr().getValue());
    });
  }

  // ---- several at once

  /** Guards and operations in one step: build it, then {@link Txn#commit()}. */
  public Txn txn() {
    return new Txn(calls);
  }

  /**
   * Puts the key only if it does not exist.
   *
   * @return empty: it was put; else what is there
   */
  public Optional<KeyValue> putIfAbsent(String key, String value, PutOption... options) {
    return calls.await(putIfAbsentAsync(key, value, options), true);
  }

  /** As {@link #putIfAbsent(String, String, PutOption...)}. */
  public Optional<KeyValue> putIfAbsent(byte[] key, byte[] value, PutOption... options) {
    return calls.await(putIfAbsentAsync(key, value, options), true);
  }

  /** As {@link #putIfAbsent(String, String, PutOption...)}, without waiting. */
  public CompletableFuture<Optional<KeyValue>> putIfAbsentAsync(String key, String value, PutOption... options) {
    return putIfAbsentAsync(utf8(key), utf8(value), options);
  }

  /** As {@link #putIfAbsent(byte[], byte[], PutOption...)}, without waiting. */
  public CompletableFuture<Optional<KeyValue>> putIfAbsentAsync(byte[] key, byte[] value, PutOption... options) {
    return checked(() -> txn().when(Guard.missing(KeyRange.single(key))).then(Op.put(key, value, options))
        .otherwise(Op.get(key)).commitAsync().thenApply(did -> did.succeeded() ? Optional.empty() : did.get(0)));
  }

  /**
   * Puts the key only if it has exactly the expected value. A missing key has none: use {@code putIfAbsent} for that.
   *
   * @return whether it was put
   */
  public boolean compareAndSet(String key, String expected, String value, PutOption... options) {
    return calls.await(compareAndSetAsync(key, expected, value, options), true);
  }

  /** As {@link #compareAndSet(String, String, String, PutOption...)}. */
  public boolean compareAndSet(byte[] key, byte[] expected, byte[] value, PutOption... options) {
    return calls.await(compareAndSetAsync(key, expected, value, options), true);
  }

  /** As {@link #compareAndSet(String, String, String, PutOption...)}, without waiting. */
  public CompletableFuture<Boolean> compareAndSetAsync(String key, String expected, String value,
      PutOption... options) {
    return compareAndSetAsync(utf8(key), utf8(expected), utf8(value), options);
  }

  /** As {@link #compareAndSet(byte[], byte[], byte[], PutOption...)}, without waiting. */
  public CompletableFuture<Boolean> compareAndSetAsync(byte[] key, byte[] expected, byte[] value,
      PutOption... options) {
    return checked(() -> txn().when(Guard.value(KeyRange.single(key), Comparison.EQUAL, expected))
        .then(Op.put(key, value, options)).commitAsync().thenApply(TxnResult::succeeded));
  }

  /**
   * Several keys, all as of one revision: a linearizable read tells the revision, then each key is read at it.
   *
   * @return those that exist, in the order asked for
   */
  public Map<String, KeyValue> getAll(Collection<String> keys) {
    return calls.await(getAllAsync(keys), false);
  }

  /** As {@link #getAll(Collection)}. */
  public Map<String, KeyValue> getAll(String... keys) {
    return getAll(List.of(keys));
  }

  /** As {@link #getAll(Collection)}, without waiting. */
  public CompletableFuture<Map<String, KeyValue>> getAllAsync(Collection<String> keys) {
    List<String> asked = List.copyOf(new LinkedHashSet<>(keys));
    return checked(() -> Snapshot.open(calls).thenCompose(snapshot -> snapshot.getAll(asked)));
  }

  /** The newest revision of the store, told by a linearizable read: everything answered before is at or below it. */
  public long revision() {
    return calls.await(revisionAsync(), false);
  }

  /** As {@link #revision()}, without waiting. */
  public CompletableFuture<Long> revisionAsync() {
    return Snapshot.open(calls).thenApply(Snapshot::revision);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ---- range

  /**
   * The rows of a range, all as of one revision, fetched page by page while they are iterated. The read is linearizable: it
   * sees every mutation that was answered before it, but not necessarily those of this client that were called and are not
   * answered yet.
   */
  public RangeResult range(KeyRange keys, RangeOption... options) {
    return new RangeResult(calls, calls.await(rangeAsync(keys, options), false));
  }

  /** The first page of a range; each page leads to the next. */
  public CompletableFuture<RangePage> rangeAsync(KeyRange keys, RangeOption... options) {
    return checked(() -> {
      Limits.keys(keys);
      return RangePage.read(calls, RangeOption.request(keys, options).build());
    });
  }

  /** How many keys a range has. */
  public long count(KeyRange keys, RangeOption... options) {
    return calls.await(countAsync(keys, options), false);
  }

  /** As {@link #count(KeyRange, RangeOption...)}, without waiting. */
  public CompletableFuture<Long> countAsync(KeyRange keys, RangeOption... options) {
    return checked(() -> {
      Limits.keys(keys);
      return RangePage.read(calls, RangeOption.request(keys, options).setCountOnly(true).build())
          .thenApply(RangePage::count);
    });
  }

  // ---- history

  /**
   * Gives up the history before a revision: from then on no older one can be read. The newest values stay as they are, the revision of
   * the store stays the same, and reading at {@code revision} itself goes on. Servers do so by themselves, too, by age and by number;
   * {@link #revision()} tells the newest one. What is given up is deleted in the background.
   *
   * <p>To compact to the same revision again does nothing. Through a session it takes effect in its order and once, like every mutation;
   * without one a broken connection leaves its outcome unknown, and it may simply be called again.
   *
   * @throws BalsaException
   *           refused with {@code COMPACTED} when the store is compacted to a newer revision already, with {@code FUTURE_REVISION} when
   *           there is none so new; {@code BAD_REQUEST} when it is less than 1
   */
  public void compact(long revision) {
    calls.await(compactAsync(revision), true);
  }

  /** As {@link #compact(long)}, without waiting. */
  public CompletableFuture<Void> compactAsync(long revision) {
    return checked(() -> {
      CompactRequest request = CompactRequest.newBuilder().setRevision(Limits.compactTo(revision)).build();
      return calls.call(StreamRequest.newBuilder().setCompact(request), true, StreamReply::getRevision)
          .thenAccept(newest -> {});
    });
  }

  /** A wrong request ends its future like any other error, so there is one way to hear of it. */
  static <T> CompletableFuture<T> checked(Supplier<CompletableFuture<T>> call) {
    try {
      return call.get();
    } catch (BalsaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
