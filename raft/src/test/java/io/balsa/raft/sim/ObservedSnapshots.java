package io.balsa.raft.sim;

import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import java.io.IOException;
import java.util.function.Consumer;

/** Passes every call on to the snapshots under test; a process may end between two of them, and what is read may be rotten. */
final class ObservedSnapshots implements SnapshotStore {
  private final SnapshotStore snapshots;
  private final FaultCounts counts;
  private final Consumer<SnapshotStep> steps;
  private final SimNode<?> home;
  private final SimRandom rots;

  ObservedSnapshots(SnapshotStore snapshots, FaultCounts counts, Consumer<SnapshotStep> steps, SimNode<?> home,
      SimRandom rots) {
    this.snapshots = snapshots;
    this.counts = counts;
    this.steps = steps;
    this.home = home;
    this.rots = rots;
  }

  @Override
  public OutgoingSnapshot open(long minIndex) throws IOException {
    OutgoingSnapshot opened = snapshots.open(minIndex);
    steps.accept(SnapshotStep.OPENED);
    return home.isStateRotten() ? new Rotten(opened, rots.between(0, opened.meta().bytes() - 1)) : opened;
  }

  /** One byte of the files that it links to is not what was written there; its owner does not know. */
  private record Rotten(OutgoingSnapshot snapshot, long damagedAt) implements OutgoingSnapshot {
    @Override
    public SnapshotMeta meta() {
      return snapshot.meta();
    }

    @Override
    public Bytes read(long offset, int bytesMax) throws IOException {
      Bytes read = snapshot.read(offset, bytesMax);
      if (damagedAt < offset || damagedAt >= offset + read.size()) {
        return read;
      }
      byte[] damaged = read.array().clone();
      damaged[(int) (damagedAt - offset)] ^= 1;
      return Bytes.wrap(damaged);
    }

    @Override
    public void check() throws IOException {
      throw new RottenState("byte " + damagedAt + " of a snapshot of " + meta().lastIncluded());
    }

    @Override
    public void close() throws IOException {
      snapshot.close();
    }
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
    public boolean write(long offset, Bytes data) throws IOException {
      boolean belongs = incoming.write(offset, data);
      steps.accept(SnapshotStep.CHUNK_STORED);
      return belongs;
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
