package io.balsa.storage.snapshot;

import io.balsa.raft.log.LogId;
import io.balsa.storage.kv.KeyValueStore;
import io.balsa.storage.kv.StateCorruptException;
import io.balsa.storage.kv.Stores;
import io.balsa.storage.state.KvStateMachine;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A group's state, open.
 *
 * @param machine   owns what is open: it is closed by closing this
 * @param snapshots of it; and where it lives
 * @param setAside  why the state that was there was set aside at this start and an empty one begun; null: it was not
 */
public record OpenState(KvStateMachine machine, StateDirectory snapshots, @Nullable String setAside) {

  /**
   * Opens the state, or begins one. A state that is missing or damaged is set aside, and an empty one begun: log or snapshot bring
   * it back (I3). That is for a node whose log and hard state are whole, which the caller makes sure of by opening the log next.
   *
   * @throws IOException if a disk fails, or a newer version wrote the state
   */
  public static OpenState open(Volume volume, Stores stores, StateOptions options) throws IOException {
    volume.files().createDirectory();
    StateRecovery recovery = new StateRecovery(volume, options);
    SnapshotCounters counters = new SnapshotCounters();
    CurrentState current = recovery.findCurrent();
    String damage = recovery.mark();
    if (damage != null) {
      current = recovery.startAnew(current);
    } else {
      damage = recovery.unnamed();
    }
    ReceivedSnapshot incoming = recovery.clean(current, stores, counters);
    try {
      return open(volume, stores, options, counters, current, incoming, damage);
    } catch (StateCorruptException e) {
      damage = String.valueOf(e.getMessage());
    }
    // An empty one: whatever is wrong now is wrong with the disk.
    current = recovery.startAnew(current);
    return open(volume, stores, options, counters, current, incoming, damage);
  }

  private static OpenState open(Volume volume, Stores stores, StateOptions options, SnapshotCounters counters,
      CurrentState current, @Nullable ReceivedSnapshot incoming, @Nullable String setAside) throws IOException {
    KeyValueStore store = stores.open(current.directory());
    try {
      StateDirectory directory = new StateDirectory(volume, stores, options, counters, current, store, incoming);
      KvStateMachine machine = KvStateMachine.open(directory);
      LogId applied = machine.applied();
      LogId least = current.installed();
      if (applied.index() < least.index() || (current.resetLog() && !applied.equals(least))) {
        throw new StateCorruptException("state is corrupt; " + volume + "/" + current.directory() + " holds entry "
            + applied + ", and held entry " + least + " when it was installed");
      }
      return new OpenState(machine, directory, setAside);
    } catch (IOException | RuntimeException e) {
      try {
        store.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }
}
