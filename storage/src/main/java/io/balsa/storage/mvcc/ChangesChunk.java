package io.balsa.storage.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of the history.
 *
 * @param changes those that were wanted, in order
 * @param next    where the next chunk begins: every change before it was looked at
 */
public record ChangesChunk(List<Change> changes, ChangePosition next) {

  /**
   * One change.
   *
   * @param previous the version before with its value; null: not asked for, or the key did not exist, or that is not known any more
   */
  public record Change(ChangedKey changed, @Nullable KeyState previous) {
    public ChangePosition position() {
      return new ChangePosition(changed.revision(), changed.sub());
    }
  }

  public ChangesChunk {
    changes = List.copyOf(changes);
  }
}
