package io.balsa.jepsen.torture;

import io.balsa.client.BalsaClient;
import io.balsa.client.routing.AddressResolver;
import io.balsa.client.routing.ReadBalance;
import io.balsa.jepsen.history.Completion;
import io.balsa.jepsen.history.Recorder;
import io.balsa.jepsen.nemesis.Target;
import io.balsa.jepsen.torture.workload.TortureClient;
import io.balsa.jepsen.torture.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a run, a thread each, stepping one workload at a bounded rate. Each begins at another node, and they differ in which
 * nodes serve their reads. One thread.
 */
final class ClientPool implements AutoCloseable {
  private static final List<ReadBalance> BALANCES = List.of(ReadBalance.LEADER, ReadBalance.ROUND_ROBIN,
      ReadBalance.RANDOM, ReadBalance.NEAREST);
  private static final Duration CALL_MOST = Duration.ofSeconds(5);

  private final Workload workload;
  private final Recorder recorder;
  private final AtomicInteger processes = new AtomicInteger();
  private final List<BalsaClient> clients = new ArrayList<>();
  private final List<TortureClient> stepping = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final long stepNanos;
  private volatile boolean stopping;
  private volatile @Nullable Throwable broken;

  /**
   * Starts nothing.
   *
   * @param nodes that the clients are told of
   * @param rate steps a second of each client
   */
  ClientPool(Workload workload, Recorder recorder, List<Target.Node> nodes, AddressResolver resolver, int count,
      double rate, long seed) {
    this.workload = workload;
    this.recorder = recorder;
    this.stepNanos = (long) (TimeUnit.SECONDS.toNanos(1) / rate);
    for (int number = 0; number < count; number++) {
      List<Target.Node> inOrder = new ArrayList<>(nodes);
      Collections.rotate(inOrder, -number);
      BalsaClient client = BalsaClient.builder().endpoints(inOrder.stream().map(Target.Node::address).toList())
          .addressResolver(resolver).timeout(CALL_MOST).readBalance(BALANCES.get(number % BALANCES.size())).build();
      clients.add(client);
      TortureClient stepped = new TortureClient(number, inOrder.get(0).id(), client,
          new Random(seed + number), recorder, processes::getAndIncrement);
      stepping.add(stepped);
      Thread thread = new Thread(() -> stepOn(stepped), workload.name() + "-" + number);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  /** Any of the clients, before and after the steps. */
  BalsaClient first() {
    return clients.get(0);
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void stepOn(TortureClient client) {
    long next = System.nanoTime() + client.random().nextLong(stepNanos);
    try {
      while (!stopping) {
        LockSupport.parkNanos(next - System.nanoTime());
        long late = System.nanoTime() - next;
        if (late < 0) {
          continue;
        }
        next += late > 2 * stepNanos ? late : stepNanos; // what was missed in an outage is not made up for
        workload.step(client);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      broken = e;
    }
  }

  /** How many operations ended so until now. */
  long count(Completion completion) {
    return recorder.count(completion);
  }

  /** Whether a client broke off: {@link #requireWhole} says by what. */
  boolean isBroken() {
    return broken != null;
  }

  /** @throws IllegalStateException a client broke off by what is no refusal of the store's */
  void requireWhole() {
    Throwable failure = broken;
    if (failure != null) {
      throw new IllegalStateException("a client of the workload broke off: " + failure, failure);
    }
  }

  /**
   * Begins no more steps and waits until those under way have ended; those that have not by then are interrupted, and what they were
   * doing is of unknown outcome.
   */
  void stop(Duration most) throws InterruptedException {
    stopping = true;
    threads.forEach(LockSupport::unpark);
    long end = System.nanoTime() + most.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    threads.stream().filter(Thread::isAlive).forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(CALL_MOST.toMillis());
      if (thread.isAlive()) {
        throw new IllegalStateException(thread.getName() + " does not end, not when interrupted either");
      }
    }
    requireWhole();
  }

  /** The last reads, when the cluster is whole and no client steps. */
  void finish() throws InterruptedException {
    workload.finish(stepping.get(0));
    requireWhole();
  }

  @Override
  public void close() {
    stopping = true;
    clients.forEach(BalsaClient::close);
  }
}
