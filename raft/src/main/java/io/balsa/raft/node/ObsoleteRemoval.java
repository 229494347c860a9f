package io.balsa.raft.node;

import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Has what nobody needs any more removed, on the reader pool and piece by piece: the applier goes on at once, and whoever else
 * needs the pool gets in between.
 */
final class ObsoleteRemoval {
  private final StateMachine<?> machine;
  private final SerialLane lane;
  /** A piece waits for the pool. Whatever arises until it begins, it or one behind it removes. */
  private final AtomicBoolean waiting = new AtomicBoolean();

  ObsoleteRemoval(StateMachine<?> machine, NodeListener listener, Executor readers) {
    this.machine = machine;
    this.lane = new SerialLane("removing what is obsolete", readers, listener);
  }

  /** Any thread, when something has become obsolete. */
  void begin() {
    if (!waiting.getAndSet(true)) {
      lane.add(this::removePiece);
    }
  }

  private void removePiece() throws IOException {
    waiting.set(false);
    if (machine.removeObsolete()) {
      begin();
    }
  }
}
