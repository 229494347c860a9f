package io.balsa.bench.micro;

import io.balsa.proto.internal.v1.Result;
import io.balsa.raft.log.Entry;
import io.balsa.storage.rocks.RocksOptions;
import io.balsa.storage.rocks.RocksStore;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the applier spends on a put: decoding, MVCC rows, and the write into RocksDB, which each batch pays once. Every put of a cluster
 * passes this one thread of each node, so its inverse is what a cluster can take at most.
 *
 * <p>The keys are there already, so that each put takes the place of a version, and old history is removed between what is timed.
 * RocksDB's flushes and compactions run beside it, as in a node. The score is a put's, whatever the batch.
 */
public class ApplyBenchmark extends InnerPart {
  /** A multiple of all sizes of a batch. */
  private static final int PUTS = 2_400;

  /** Who puts. */
  public enum Kind {
    /** A call outside of sessions: nothing is stored but the key. */
    CALL,
    /** A session, whose sequence is checked and whose replies are stored until they are acknowledged. */
    SESSION
  }

  @Param
  private Kind kind = Kind.CALL;
  @Param({"1", "32", "300"})
  private int batch;

  private TemporaryDirectory directory;
  private KvStateMachine machine;
  private AppliedLog log;
  private List<List<Entry>> batches = List.of();

  /** Fills the store. */
  @Setup
  public void open() throws IOException {
    if (PUTS % batch != 0) {
      throw new IllegalArgumentException("batch: a divisor of " + PUTS + ", and " + batch + " is none");
    }
    directory = TemporaryDirectory.create();
    machine = KvStateMachine.open(RocksStore.open(directory.resolve("state"), RocksOptions.DEFAULT));
    log = new AppliedLog(machine);
    log.fill();
    if (kind == Kind.SESSION) {
      log.openSession();
    }
  }

  /** Encodes the puts that come next. */
  @Setup(Level.Invocation)
  public void prepare() throws IOException {
    log.compact();
    batches = log.batches(PUTS / batch, batch);
  }

  @TearDown
  public void close() throws IOException {
    try {
      machine.close();
    } finally {
      directory.close();
    }
  }

  @Benchmark
  @OperationsPerInvocation(PUTS)
  public void put(Blackhole results) throws IOException {
    for (List<Entry> entries : batches) {
      Result last = log.apply(entries);
      results.consume(last);
    }
  }
}
