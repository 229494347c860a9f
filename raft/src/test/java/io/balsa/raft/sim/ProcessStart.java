package io.balsa.raft.sim;

import io.balsa.raft.log.Entry;
import io.balsa.raft.log.LogStart;
import io.balsa.raft.port.LogStore;
import io.balsa.raft.port.StateMachine;
import java.io.IOException;
import java.util.List;

/**
 * What a process finds at its start: its state and then its log, for each is checked against the other. A log reset that the state
 * owes (C6) may be redone by whoever comes to it: the log while it opens, as a server asks for it, or the core.
 */
record ProcessStart<R>(StateMachine<R> machine, LogStore log) {
  private enum Redo {
    /** The log makes the reset and the state machine forgets it before there is a core. */
    LOG,
    /** The log makes it, and the process ends before the state machine was told: the core has that done. */
    LOG_UNTOLD,
    /** The log is opened as it is; the core resets it. */
    CORE
  }

  static <R> ProcessStart<R> open(SimNode<R> home, NodeDisk disk, NodeState<R> state, List<Entry> committed,
      FaultCounts counts, SimRandom random) throws IOException {
    StateMachine<R> machine = state.open();
    LogStart owed = machine.logResetOwed();
    Redo redo = random.pick(List.of(Redo.values()));
    LogStore log = disk.open(owed != null && redo == Redo.CORE
        ? NodeDisk.Opening.alone(committed)
        : new NodeDisk.Opening(machine.applied(), home.isStateLost(), owed, committed));
    if (owed != null) {
      if (redo == Redo.LOG) {
        machine.logReset();
        counts.add(StateEvent.RESET_LEFT_TO_LOG);
      } else {
        boolean holdsIt = log.recovered().index().matches(owed.id());
        counts.add(holdsIt ? StateEvent.RESET_FORGOTTEN_BY_CORE : StateEvent.RESET_REDONE_BY_CORE);
      }
    }
    if (log.recovered().index().base().index() <= machine.applied().index()) {
      home.stateIsWhole(log.recovered().index().base().index() == 0 ? StateEvent.REPLAYED : StateEvent.REPAIRED);
    }
    return new ProcessStart<>(machine, log);
  }
}
