package io.balsa.storage.state;

import io.balsa.storage.mvcc.ChangedKey;
import java.util.List;

/**
 * Hears of what apply changes, when others can read it. On the applier's thread, which waits: it takes note and returns; and before the
 * applier runs, or after it ends, on nobody's.
 */
public interface ChangeListener {
  /** Hears nothing. */
  ChangeListener NONE = new ChangeListener() {
    @Override
    public void applied(long before, long revision, long compacted, List<ChangedKey> changes) {
    }

    @Override
    public void replaced() {
    }
  };

  /**
   * A batch that made revisions, or that compacted.
   *
   * @param before   the revision before it: {@code changes} are those of the revisions behind it, up to {@code revision}, all of them
   */
  void applied(long before, long revision, long compacted, List<ChangedKey> changes);

  /** The state is another one, of a snapshot: what led to it was not applied here. */
  void replaced();
}
