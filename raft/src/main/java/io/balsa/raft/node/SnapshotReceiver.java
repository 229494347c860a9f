package io.balsa.raft.node;

import io.balsa.raft.action.StoreChunk;
import io.balsa.raft.input.ChunkStored;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.ReceivedRefused;
import io.balsa.raft.port.IncomingSnapshot;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.SnapshotStore;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the snapshot that arrives, on the reader pool, one chunk after the other. */
final class SnapshotReceiver {
  /** A leader has one chunk under way; repetitions may come on top, and are dropped here, as any message may be. */
  private static final int WAITING_MAX = 4;

  private final SnapshotStore snapshots;
  private final NodeListener listener;
  private final SerialLane lane;
  private final Consumer<Input> core;
  private final AtomicInteger waiting = new AtomicInteger();
  private long reception;
  private @Nullable IncomingSnapshot incoming;
  private boolean whole;
  /** The newest that belongs to the state machine: a repeated chunk of it may come after it, and is not to touch it any more. */
  private long taken;
  /** The newest that was not what had been sent: what still comes of it is not the begin of another. */
  private long refused;

  /** @param core where it is told what came of a chunk */
  SnapshotReceiver(SnapshotStore snapshots, NodeListener listener, Executor readers, Consumer<Input> core) {
    this.snapshots = snapshots;
    this.listener = listener;
    this.lane = new SerialLane("receiving a snapshot", readers, listener);
    this.core = core;
  }

  /** Raft thread. */
  void store(StoreChunk chunk) {
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      return;
    }
    lane.add(() -> {
      waiting.decrementAndGet();
      core.accept(storeNow(chunk));
    });
  }

  private synchronized Input storeNow(StoreChunk chunk) throws IOException {
    if (chunk.reception() <= taken) {
      return new ChunkStored(chunk.reception(), chunk.snapshot().bytes(), true);
    }
    if (chunk.reception() <= refused) {
      return new ReceivedRefused(chunk.reception());
    }
    IncomingSnapshot current = incoming;
    if (current == null || reception != chunk.reception()) {
      current = snapshots.receive(chunk.snapshot());
      incoming = current;
      reception = chunk.reception();
      whole = false;
    }
    long bytes = chunk.snapshot().bytes();
    if (!whole && chunk.offset() == current.nextOffset() && chunk.data().size() <= bytes - chunk.offset()
        && !current.write(chunk.offset(), chunk.data())) {
      return refuse(chunk);
    }
    if (!whole && current.nextOffset() == bytes) {
      if (!current.finish()) {
        return refuse(chunk);
      }
      whole = true;
    }
    return new ChunkStored(chunk.reception(), current.nextOffset(), whole);
  }

  private ReceivedRefused refuse(StoreChunk chunk) {
    incoming = null;
    refused = chunk.reception();
    listener.snapshotDamaged(chunk.snapshot());
    return new ReceivedRefused(chunk.reception());
  }

  /** Raft thread. */
  void drop(long dropped) {
    lane.add(() -> dropNow(dropped));
  }

  private synchronized void dropNow(long dropped) throws IOException {
    IncomingSnapshot current = incoming;
    if (current != null && reception == dropped) {
      incoming = null;
      current.discard();
    }
  }

  /** Applier's thread: what is whole, to be installed. It belongs to the state machine from now on. */
  synchronized IncomingSnapshot take(long installed) {
    IncomingSnapshot received = incoming;
    if (received == null || reception != installed || !whole) {
      throw new IllegalStateException("reception " + installed + " is not whole");
    }
    incoming = null;
    taken = installed;
    return received;
  }
}
