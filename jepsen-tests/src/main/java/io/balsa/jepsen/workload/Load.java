package io.balsa.jepsen.workload;

import io.balsa.client.BalsaClient;
import io.balsa.client.routing.ReadBalance;
import io.balsa.junit.cluster.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Several writers as one: puts and increments, through sessions and without. One thread. */
public final class Load implements AutoCloseable {
  private static final Duration QUIET_MOST = Duration.ofSeconds(90);
  private static final Duration PROGRESS_MOST = Duration.ofSeconds(90);

  private final String endpoints;
  private final List<Writer> writers;

  private Load(String endpoints, List<Writer> writers) {
    this.endpoints = endpoints;
    this.writers = writers;
  }

  /**
   * Six writers; starts nothing.
   *
   * @param window writes unanswered at most, of each
   */
  public static Load mixed(String endpoints, int window) {
    return new Load(endpoints,
        List.of(new UniqueWrites("put-1", endpoints, true, window), new UniqueWrites("put-2", endpoints, true, window),
            new Increments("incr-1", endpoints, true, window), new Increments("incr-2", endpoints, true, window),
            new UniqueWrites("put-unary", endpoints, false, window),
            new Increments("incr-unary", endpoints, false, window)));
  }

  /**
   * What no failover and no change of the members may make fail: writes through sessions, and reads, at the leader and at any node;
   * starts nothing.
   *
   * @param window calls unanswered at most, of each
   */
  public static Load unfailing(String endpoints, int window) {
    return new Load(endpoints,
        List.of(new UniqueWrites("put-1", endpoints, true, window), new UniqueWrites("put-2", endpoints, true, window),
            new Increments("incr-1", endpoints, true, window), new Increments("incr-2", endpoints, true, window),
            new CounterReads("read-1", "incr-1", endpoints, ReadBalance.LEADER, window),
            new CounterReads("read-2", "incr-2", endpoints, ReadBalance.RANDOM, window)));
  }

  /** Only increments, which change few keys however long it takes; starts nothing. */
  public static Load increments(String endpoints, int writers, int window) {
    List<Writer> all = new ArrayList<>();
    for (int i = 1; i <= writers; i++) {
      all.add(new Increments("incr-" + i, endpoints, true, window));
    }
    return new Load(endpoints, all);
  }

  /** Begins. */
  public void start() {
    writers.forEach(Writer::start);
  }

  /** How many writes ended so until now. */
  public long count(Outcome outcome) {
    return writers.stream().mapToLong(writer -> writer.count(outcome)).sum();
  }

  /** Writes that are not answered at this moment. */
  public int inFlight() {
    return writers.stream().mapToInt(Writer::inFlight).sum();
  }

  /** Waits until more writes have been acknowledged. */
  public void awaitMore(long more) {
    long wanted = count(Outcome.ACKNOWLEDGED) + more;
    Await.until(PROGRESS_MOST, () -> count(Outcome.ACKNOWLEDGED) >= wanted, () -> "writes do not go on");
  }

  /** Sends nothing more, and waits until every write that was sent has ended. */
  public void pause() throws InterruptedException {
    writers.forEach(Writer::pause);
    for (Writer writer : writers) {
      writer.awaitQuiet(QUIET_MOST);
    }
  }

  /** Goes on after {@link #pause}. */
  public void resume() {
    writers.forEach(Writer::resume);
  }

  /** Pauses, and tells what is wrong with what the store holds; empty: nothing. */
  public List<String> check() throws InterruptedException {
    return check(endpoints);
  }

  /** The same where the nodes at which the writers began are no members any more. */
  public List<String> check(String now) throws InterruptedException {
    pause();
    List<String> wrong = new ArrayList<>();
    try (BalsaClient reader = BalsaClient.connect(now)) {
      for (Writer writer : writers) {
        wrong.addAll(writer.check(reader.unaryKv()));
      }
    }
    return wrong;
  }

  @Override
  public String toString() {
    return "acknowledged " + count(Outcome.ACKNOWLEDGED) + ", unknown " + count(Outcome.UNKNOWN) + ", not done "
        + count(Outcome.NOT_DONE);
  }

  @Override
  public void close() {
    writers.forEach(Writer::close);
  }
}
