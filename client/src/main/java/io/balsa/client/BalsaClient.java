package io.balsa.client;

import io.balsa.client.cluster.Cluster;
import io.balsa.client.counter.Counter;
import io.balsa.client.error.BalsaException;
import io.balsa.client.kv.KeyRange;
import io.balsa.client.kv.Kv;
import io.balsa.client.kv.Transaction;
import io.balsa.client.kv.TransactionBody;
import io.balsa.client.kv.Transactions;
import io.balsa.client.lease.Leases;
import io.balsa.client.lock.DistributedLock;
import io.balsa.client.lock.LockCalls;
import io.balsa.client.lock.Locks;
import io.balsa.client.recipe.DistributedBarrier;
import io.balsa.client.recipe.DistributedReadWriteLock;
import io.balsa.client.recipe.DistributedSemaphore;
import io.balsa.client.recipe.LeaderElection;
import io.balsa.client.rpc.ClientRuntime;
import io.balsa.client.snapshot.Snapshots;
import io.balsa.client.watch.Watch;
import io.balsa.client.watch.WatchCalls;
import io.balsa.client.watch.WatchEvent;
import io.balsa.client.watch.WatchListener;
import io.balsa.client.watch.WatchOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Balsa cluster. It needs the address of any node, finds the leader and follows it; it connects when the first
 * call needs it, so making one never fails because of the cluster.
 *
 * <pre>{@code
 * try (BalsaClient client = BalsaClient.connect("127.0.0.1:7101,127.0.0.1:7102,127.0.0.1:7103")) {
 *   client.kv().put("greeting", "hello");
 *   String v = client.kv().get("greeting").orElseThrow().utf8();
 *   long n = client.counter("page-views").increment();
 * }
 * }</pre>
 *
 * <p><b>At a failover</b> calls wait while the client looks for the new leader, each up to its deadline (5 s unless set
 * otherwise); then it asks for the answers it missed and sends again what had not arrived, under the same numbers, so every
 * mutation takes effect once and in the order of the calls.
 *
 * <p><b>The session</b> behind {@link #kv()} is opened by the first call and kept alive. If the cluster did not hear of this
 * client for the session's TTL, it ends: mutations without an answer end with {@code OutcomeUnknownException}, later calls get
 * a new session. Whoever must know hears of it from a {@code ConnectionListener}.
 *
 * <p>Safe for use by any thread; one client serves a whole program. It has one thread of its own, a daemon.
 */
public final class BalsaClient implements AutoCloseable {
  private final ClientRuntime runtime;
  private final Duration timeout;
  private final Kv kv;
  private final Kv unaryKv;
  private final Transactions transactions;
  private final LockCalls locks;
  private final Leases leases;
  private final WatchCalls watches;

  BalsaClient(ClientRuntime.Settings settings) {
    runtime = new ClientRuntime(settings);
    timeout = settings.timeout();
    kv = new Kv(runtime.sessionCalls());
    unaryKv = new Kv(runtime.unaryCalls());
    transactions = new Transactions(runtime.sessionCalls());
    locks = runtime.lockCalls();
    leases = new Leases(runtime.leaseCalls());
    watches = runtime.watchCalls();
  }

  /**
   * A client with default settings.
   *
   * @param endpoints
   *          {@code host:port} of any nodes, separated by commas
   * @throws IllegalArgumentException
   *           when that is not what it is
   */
  public static BalsaClient connect(String endpoints) {
    return builder().endpoints(endpoints).build();
  }

  /** For other settings. */
  public static BalsaClientBuilder builder() {
    return new BalsaClientBuilder();
  }

  /** Keys and values through the session: exactly once, in order. */
  public Kv kv() {
    return kv;
  }

  /**
   * Keys and values without a session, each call an RPC of its own: for tools that make one call and go. A mutation is sent
   * again only while it is known to be in no log, so it takes effect at most once; where that cannot be known it ends with
   * {@code OutcomeUnknownException}.
   */
  public Kv unaryKv() {
    return unaryKv;
  }

  /** The counter under this key. */
  public Counter counter(String name) {
    return new Counter(kv, name);
  }

  /**
   * A transaction, begun: {@link Transaction} says what it promises. Commit it, or close it.
   *
   * @throws BalsaException
   *           the revision to read at could not be learned
   */
  public Transaction transaction() {
    return transactions.begin();
  }

  /** As {@link #transaction()}, without waiting. */
  public CompletableFuture<Transaction> transactionAsync() {
    return transactions.beginAsync();
  }

  /**
   * Runs the body in a transaction and commits it, again after every conflict, with a growing pause of random length, up to 40
   * times; then the last conflict is thrown. A commit whose outcome is not known is not tried again: it ends with {@code
   * OutcomeUnknownException}. What the body throws rolls the transaction back and is thrown.
   *
   * @return what the body returned in the run that was committed
   */
  public <T extends @Nullable Object> T transact(TransactionBody<T> body) {
    return transactions.run(body);
  }

  /** As {@link #transact}, without waiting; the body must not block, and its future is waited for before the commit. */
  public <T extends @Nullable Object> CompletableFuture<T> transactAsync(
      Function<Transaction, CompletableFuture<T>> body) {
    return transactions.runAsync(body);
  }

  /** The lock of this name, for an owner of its own: {@link DistributedLock} says what it promises. */
  public DistributedLock lock(String name) {
    return DistributedLock.of(locks, name);
  }

  /** Who holds and who waits for which locks. */
  public Locks locks() {
    return new Locks(locks);
  }

  /**
   * Tells every change of the keys that begin with this text, from now on, to the listener: each once, in the order of the revisions,
   * through any failover ({@link Watch}). It runs on threads of the client and may block. What ends the watch, if anything does before
   * it is closed, is logged; whoever must know of it gives a {@link WatchListener}.
   *
   * @throws BalsaException
   *           no node serves it within the time of a call
   */
  public Watch watch(String prefix, Consumer<WatchEvent> listener) {
    return watch(KeyRange.prefix(prefix), events -> events.forEach(listener));
  }

  /**
   * Tells every change in a range to the listener. Without {@link WatchOption#from} it begins behind everything that was written before
   * the call, and with what is written after it returned.
   *
   * @throws BalsaException
   *           no node serves it within the time of a call; {@code COMPACTED}: what it is to begin with is not there any more
   */
  public Watch watch(KeyRange range, WatchListener listener, WatchOption... options) {
    return watches.await(Watch.begin(watches, range, listener, options));
  }

  /** As {@link #watch(KeyRange, WatchListener, WatchOption...)}, without waiting. */
  public CompletableFuture<Watch> watchAsync(KeyRange range, WatchListener listener, WatchOption... options) {
    return Watch.begin(watches, range, listener, options);
  }

  /** The lock of this name for many readers or one writer, for an owner of its own. */
  public DistributedReadWriteLock readWriteLock(String name) {
    return DistributedReadWriteLock.of(locks, name);
  }

  /** The semaphore of this name; all who use it at a time must say the same number of permits, 1 or more. */
  public DistributedSemaphore semaphore(String name, int permits) {
    return new DistributedSemaphore(locks, name, permits);
  }

  /** The election of this name: to stand in it, or to learn who leads. */
  public LeaderElection election(String name) {
    return new LeaderElection(locks, kv, unaryKv, watches, name);
  }

  /** The barrier of this name: to hold it, or to wait until it is lifted. */
  public DistributedBarrier barrier(String name) {
    return new DistributedBarrier(locks, name);
  }

  /** Leases: granted, kept alive, looked at. */
  public Leases leases() {
    return leases;
  }

  /** Online backups. */
  public Snapshots snapshots() {
    return new Snapshots(runtime, unaryKv, cluster());
  }

  /** Members, status and leadership. */
  public Cluster cluster() {
    return new Cluster(runtime, timeout);
  }

  /**
   * Ends the session, and with it every lock, and closes the connections, in about a second at most. Leases live on for their
   * TTL. Calls under way end with {@code
   * ClientClosedException}: wait for what must be answered before closing. A second call does nothing.
   */
  @Override
  public void close() {
    runtime.close();
  }
}
