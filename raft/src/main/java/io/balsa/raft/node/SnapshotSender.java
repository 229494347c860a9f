package io.balsa.raft.node;

import io.balsa.raft.action.OpenSnapshot;
import io.balsa.raft.action.SendSnapshotChunk;
import io.balsa.raft.input.Input;
import io.balsa.raft.input.SnapshotChecked;
import io.balsa.raft.input.SnapshotOpened;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.OutgoingSnapshot;
import io.balsa.raft.port.SnapshotStore;
import io.balsa.raft.port.Transport;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads snapshots on the reader pool and sends them, a chunk whenever the core says so: never more than one in memory for each
 * peer. Heartbeats and entries go their own way and wait for nothing here. Called on the raft thread.
 */
final class SnapshotSender {
  static final int CHUNK_BYTES = 256 << 10;

  /** One snapshot on its way to one peer; its fields belong to its lane. */
  private static final class Transfer {
    final NodeId to;
    final SerialLane lane;
    @Nullable
    OutgoingSnapshot open;
    /** A chunk waits for the disk: more of them would say the same. */
    final AtomicBoolean chunkWaits = new AtomicBoolean();

    Transfer(NodeId to, SerialLane lane) {
      this.to = to;
      this.lane = lane;
    }
  }

  private final SnapshotStore snapshots;
  private final Transport transport;
  private final NodeListener listener;
  private final Executor readers;
  private final Consumer<Input> core;
  private final TreeMap<Long, Transfer> transfers = new TreeMap<>();

  /** @param core where it is told that a snapshot is open, or was checked */
  SnapshotSender(SnapshotStore snapshots, Transport transport, NodeListener listener, Executor readers,
      Consumer<Input> core) {
    this.snapshots = snapshots;
    this.transport = transport;
    this.listener = listener;
    this.readers = readers;
    this.core = core;
  }

  void open(OpenSnapshot order) {
    Transfer transfer = new Transfer(order.to(),
        new SerialLane("sending a snapshot to " + order.to(), readers, listener));
    transfers.put(order.transfer(), transfer);
    transfer.lane.add(() -> {
      OutgoingSnapshot opened = snapshots.open(order.minIndex());
      transfer.open = opened;
      core.accept(new SnapshotOpened(order.transfer(), opened.meta()));
    });
  }

  void send(SendSnapshotChunk order) {
    Transfer transfer = underWay(order.transfer());
    if (transfer.chunkWaits.getAndSet(true)) {
      return; // a disk that stands still; the core asks again
    }
    transfer.lane.add(() -> {
      transfer.chunkWaits.set(false);
      OutgoingSnapshot open = transfer.open;
      if (open != null) {
        Bytes data = open.read(order.offset(), CHUNK_BYTES);
        transport.send(order.to(), order.incarnation(),
            new InstallSnapshot(order.term(), open.meta(), order.offset(), data));
      }
    });
  }

  private Transfer underWay(long number) {
    Transfer transfer = transfers.get(number);
    if (transfer == null) {
      throw new IllegalStateException("something is to be done for transfer " + number + ", which is over");
    }
    return transfer;
  }

  /** What is damaged here is fatal, by the lane. */
  void check(long number) {
    Transfer transfer = underWay(number);
    transfer.lane.add(() -> {
      OutgoingSnapshot open = transfer.open;
      if (open != null) {
        open.check();
        listener.snapshotRefused(transfer.to, open.meta());
        core.accept(new SnapshotChecked(number));
      }
    });
  }

  void close(long number) {
    Transfer transfer = transfers.remove(number);
    if (transfer != null) {
      transfer.lane.add(() -> {
        OutgoingSnapshot open = transfer.open;
        transfer.open = null;
        if (open != null) {
          open.close();
        }
      });
    }
  }

  /** The node ends. What the reader pool does not close any more is removed at the next start. */
  void closeAll() {
    new TreeMap<>(transfers).keySet().forEach(this::close);
  }
}
