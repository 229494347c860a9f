package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import java.io.IOException;
import java.util.function.Consumer;

/** Passes every call on to the snapshots under test; a process may end between two of them. */
final class ObservedSnapshots implements SnapshotStore {
  private final SnapshotStore snapshots;
  private final FaultCounts counts;
  private final Consumer<SnapshotStep> steps;

  ObservedSnapshots(SnapshotStore snapshots, FaultCounts counts, Consumer<SnapshotStep> steps) {
    this.snapshots = snapshots;
    this.counts = counts;
    this.steps = steps;
  }

  @Override
  public OutgoingSnapshot open(long minIndex) throws IOException {
    OutgoingSnapshot opened = snapshots.open(minIndex);
    steps.accept(SnapshotStep.OPENED);
    return opened;
  }

  @Override
  public IncomingSnapshot receive(SnapshotMeta meta) throws IOException {
    IncomingSnapshot incoming = snapshots.receive(meta);
    if (incoming.nextOffset() > 0) {
      counts.add(StateEvent.RECEPTION_RESUMED);
    }
    return new Incoming(incoming);
  }

  private final class Incoming implements IncomingSnapshot {
    private final IncomingSnapshot incoming;

    Incoming(IncomingSnapshot incoming) {
      this.incoming = incoming;
    }

    @Override
    public SnapshotMeta meta() {
      return incoming.meta();
    }

    @Override
    public long nextOffset() {
      return incoming.nextOffset();
    }

    @Override
    public void write(long offset, Bytes data) throws IOException {
      incoming.write(offset, data);
      steps.accept(SnapshotStep.CHUNK_STORED);
    }

    @Override
    public boolean finish() throws IOException {
      boolean whole = incoming.finish();
      steps.accept(SnapshotStep.FINISHED);
      return whole;
    }

    @Override
    public void discard() throws IOException {
      incoming.discard();
    }
  }

  /** What the machine knows as its own. */
  static IncomingSnapshot unwrap(IncomingSnapshot snapshot) {
    return snapshot instanceof Incoming observed ? observed.incoming : snapshot;
  }
}
