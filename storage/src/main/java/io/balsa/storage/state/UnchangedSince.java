package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.mvcc.ChangedKey;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import io.balsa.storage.mvcc.NewestVersions;
import io.balsa.storage.mvcc.Rows;
import io.balsa.storage.mvcc.Versions;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether anything in a range was put or deleted after a revision R (A4): the newest version of every key counts, tombstones
 * included, or a key that came and went meanwhile would be missed.
 *
 * <p>There are two ways to know, and a range may be large where little has changed, or small in a busy store. So a few keys of
 * the range are looked at first; if it has more, the changes since R; and if there are many of those, the rest of the keys.
 *
 * <p>Which way is taken, and what it costs, is the same on every node (A1): nodes differ in where their batches end, so changes
 * of this batch count like those in the store; and in which versions below the floor they have deleted, so a tombstone there
 * counts for nothing.
 */
final class UnchangedSince {
  private static final int KEYS_FIRST = 1_000;
  private static final int CHANGES_MAX = 10_000;

  private final TxnView view;
  private final ApplyBatch batch;
  private final KeyBounds bounds;
  private final long revision;

  /** What was found out; OPEN: the walk was given up. */
  private enum Answer {
    UNCHANGED, CHANGED, OPEN
  }

  private UnchangedSince(TxnView view, KeyBounds bounds, long revision) {
    this.view = view;
    this.batch = view.batch();
    this.bounds = bounds;
    this.revision = revision;
  }

  /** One key. */
  static boolean holds(TxnView view, byte[] key, long revision) throws StoreException {
    ApplyBatch batch = view.batch();
    if (revision < batch.compactedRevision()) {
      return false;
    }
    KeyState state = batch.current(key);
    // Of a key that does not exist it may be unknown when it was deleted.
    long changed = state.modRevision() != 0 ? state.modRevision() : Versions.newestRevision(batch.stored(), key);
    return changed <= revision;
  }

  /** A range. False if the view is exhausted before it is known. */
  static boolean holds(TxnView view, KeyBounds bounds, long revision) throws StoreException {
    if (revision < view.batch().compactedRevision()) {
      return false;
    }
    return bounds.isEmpty() || new UnchangedSince(view, bounds, revision).find() == Answer.UNCHANGED;
  }

  private Answer find() throws StoreException {
    try (Keys keys = new Keys()) {
      Answer answer = keys.walk(Math.min(KEYS_FIRST, view.rowsLeft()));
      // Every revision changed one key at least.
      if (answer == Answer.OPEN && batch.revision() - revision <= CHANGES_MAX) {
        answer = changes(Math.min(CHANGES_MAX, view.rowsLeft()));
      }
      if (answer == Answer.OPEN) {
        answer = keys.walk(view.rowsLeft());
      }
      if (answer == Answer.OPEN) {
        view.read(view.rowsLeft() + 1);
      }
      return answer;
    }
  }

  /** By what was changed after the revision, in order; given up behind {@code max} changes. */
  private Answer changes(int max) throws StoreException {
    int seen = 0;
    Answer answer = Answer.UNCHANGED;
    try (StoreIterator rows = batch.stored().iterate(ColumnFamily.REVISIONS, Rows.number(revision + 1), null)) {
      for (boolean onRow = rows.seekFirst(); onRow && answer == Answer.UNCHANGED; onRow = rows.next()) {
        answer = ++seen > max ? Answer.OPEN : judge(UnsafeByteOperations.unsafeWrap(Versions.changedKey(rows.value())));
      }
    }
    for (ChangedKey changed : batch.changedKeys()) {
      if (answer != Answer.UNCHANGED) {
        break;
      }
      if (changed.revision() > revision) {
        answer = ++seen > max ? Answer.OPEN : judge(changed.key());
      }
    }
    view.read(Math.min(seen, max));
    return answer;
  }

  private Answer judge(ByteString key) {
    return bounds.contains(key) ? Answer.CHANGED : Answer.UNCHANGED;
  }

  /** By the keys of the range, those of the store and of the batch side by side; goes on where it was given up. */
  private final class Keys implements AutoCloseable {
    private final NewestVersions stored = new NewestVersions(batch.stored(), bounds);
    private final Iterator<Map.Entry<byte[], KeyState>> changed = batch.changed(bounds).entrySet().iterator();
    private Map.@Nullable Entry<byte[], KeyState> over;
    private byte @Nullable [] storedKey;

    Keys() throws StoreException {
      over = changed.hasNext() ? changed.next() : null;
      storedKey = stored.next() ? stored.key() : null;
    }

    Answer walk(int max) throws StoreException {
      int seen = 0;
      Answer answer = Answer.UNCHANGED;
      while (answer == Answer.UNCHANGED && (over != null || storedKey != null)) {
        int order = over == null ? 1 : storedKey == null ? -1 : Arrays.compareUnsigned(over.getKey(), storedKey);
        KeyState state = over == null || order > 0 ? null : over.getValue();
        long changedAt = state != null ? state.modRevision() : stored.revision();
        if (changedAt > revision) {
          answer = Answer.CHANGED;
        } else if (changedAt <= batch.compactedRevision() && (state != null ? !state.exists() : stored.isTombstone())) {
          // Some nodes have deleted it, and others not yet.
          pass(order);
        } else if (seen == max) {
          answer = Answer.OPEN;
        } else {
          seen++;
          pass(order);
        }
      }
      view.read(seen);
      return answer;
    }

    private void pass(int order) throws StoreException {
      if (order <= 0) {
        over = changed.hasNext() ? changed.next() : null;
      }
      if (order >= 0) {
        storedKey = stored.next() ? stored.key() : null;
      }
    }

    @Override
    public void close() {
      stored.close();
    }
  }
}
