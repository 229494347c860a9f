package io.balsa.raft.sim;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes every call on to the machine under test and tells the simulator of it. */
final class ObservedMachine<R> implements StateMachine<R> {
  /** Who is told. */
  interface Observer<R> {
    void applied(List<Entry> entries, List<@Nullable R> results);

    void installing();

    void installed(long before, LogId id, boolean resetLog);

    void logReset();

    /** The process may end here. */
    void step(SnapshotStep step);

    /** The calling thread may be preempted here. */
    void between();
  }

  private final StateMachine<R> machine;
  private final Observer<R> observer;

  ObservedMachine(StateMachine<R> machine, Observer<R> observer) {
    this.machine = machine;
    this.observer = observer;
  }

  @Override
  public LogId applied() {
    return machine.applied();
  }

  @Override
  public List<@Nullable R> apply(List<Entry> entries) throws IOException {
    observer.between();
    List<@Nullable R> results = machine.apply(entries);
    observer.applied(entries.subList(0, results.size()), results);
    observer.between();
    return results;
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
    observer.step(SnapshotStep.STATE_SWITCHING);
    long before = machine.applied().index();
    observer.installing();
    machine.install(ObservedSnapshots.unwrap(snapshot), resetLog);
    observer.installed(before, machine.applied(), resetLog);
    observer.step(SnapshotStep.STATE_SWITCHED);
    observer.between();
  }

  @Override
  public boolean takeObsolete() {
    return machine.takeObsolete();
  }

  @Override
  public boolean removeObsolete() throws IOException {
    boolean more = machine.removeObsolete();
    observer.step(SnapshotStep.REPLACED_PARTLY_REMOVED);
    return more;
  }

  @Override
  public void logReset() throws IOException {
    observer.step(SnapshotStep.RESET_DURABLE);
    machine.logReset();
    observer.logReset();
    observer.step(SnapshotStep.RESET_FORGOTTEN);
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
