package io.balsa.raft.node;

import io.balsa.raft.port.NodeListener;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Has the states removed that installs have replaced, on the reader pool and piece by piece: the applier goes on at once, and whoever
 * else needs the pool gets in between.
 */
final class ReplacedStates {
  private final StateMachine<?> machine;
  private final SerialLane lane;

  ReplacedStates(StateMachine<?> machine, NodeListener listener, Executor readers) {
    this.machine = machine;
    this.lane = new SerialLane("removing a state that was replaced", readers, listener);
  }

  /** Any thread, after an install. */
  void remove() {
    lane.add(this::removePiece);
  }

  private void removePiece() throws IOException {
    if (machine.removeReplaced()) {
      remove();
    }
  }
}
