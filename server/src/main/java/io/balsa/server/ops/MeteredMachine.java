package io.balsa.server.ops;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A state machine that says how many entries a batch has, and how long it takes. */
public final class MeteredMachine<R> implements StateMachine<R> {
  private final StateMachine<R> machine;
  private final Histogram batch;
  private final Timer apply;

  public MeteredMachine(StateMachine<R> machine, MetricRegistry metrics) {
    this.machine = machine;
    this.batch = metrics.histogram("balsa.apply.batch.entries");
    this.apply = metrics.timer("balsa.apply");
  }

  @Override
  public List<@Nullable R> apply(List<Entry> entries) throws IOException {
    long begun = System.nanoTime();
    List<@Nullable R> results = machine.apply(entries);
    apply.update(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    batch.update(results.size());
    return results;
  }

  @Override
  public LogId applied() {
    return machine.applied();
  }

  @Override
  public long nextDueNanos() {
    return machine.nextDueNanos();
  }

  @Override
  public LogId flushedApplied() throws IOException {
    return machine.flushedApplied();
  }

  @Override
  public void flush() throws IOException {
    machine.flush();
  }

  @Override
  public void install(IncomingSnapshot snapshot, boolean resetLog) throws IOException {
    machine.install(snapshot, resetLog);
  }

  @Override
  public boolean takeObsolete() {
    return machine.takeObsolete();
  }

  @Override
  public boolean removeObsolete() throws IOException {
    return machine.removeObsolete();
  }

  @Override
  public void logReset() throws IOException {
    machine.logReset();
  }

  @Override
  public @Nullable LogStart logResetOwed() {
    return machine.logResetOwed();
  }

  @Override
  public void close() throws IOException {
    machine.close();
  }
}
