package io.balsa.raft.core;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.Append;
import io.balsa.raft.action.ResetLog;
import io.balsa.raft.action.SaveHardState;
import io.balsa.raft.action.Send;
import io.balsa.raft.action.Sync;
import io.balsa.raft.action.Truncate;
import java.util.ArrayList;
import java.util.List;

/**
 * The actions of one step. What must be durable before it is said waits here, and leaves with the one Sync that ends the
 * step: the question "may this be sent yet?" is answered in one place.
 */
final class Outbox {
  private List<Action> actions = new ArrayList<>();
  private List<Send> afterSync = new ArrayList<>();
  private boolean buffered;
  private boolean hardStateBuffered;

  void add(Action action) {
    actions.add(action);
    if (action instanceof SaveHardState) {
      buffered = true;
      hardStateBuffered = true;
    } else if (action instanceof Append || action instanceof Truncate || action instanceof ResetLog) {
      buffered = true;
    }
  }

  /** Leaves when everything buffered so far is durable. */
  void addAfterSync(Send send) {
    afterSync.add(send);
  }

  boolean isHardStateBuffered() {
    return hardStateBuffered;
  }

  /** Ends the step: one Sync for all that was buffered or waits for the disk. */
  List<Action> take(Syncs syncs, long lastIndex, long nowNanos) {
    if (buffered || !afterSync.isEmpty()) {
      actions.add(new Sync(syncs.begin(lastIndex, hardStateBuffered, nowNanos), List.copyOf(afterSync)));
      afterSync = new ArrayList<>();
      buffered = false;
      hardStateBuffered = false;
    }
    List<Action> taken = actions;
    actions = new ArrayList<>();
    return taken;
  }
}
