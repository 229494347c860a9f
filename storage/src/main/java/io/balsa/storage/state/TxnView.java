package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.v1.Fence;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.mvcc.KeyBounds;
import io.balsa.storage.mvcc.KeyState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state as one transaction sees it: that of its batch, and over it what its own operations would change, all at the next
 * revision. Nothing reaches the batch before the transaction is evaluated completely (A2). It also counts what is looked at: a
 * count of rows of the state, never of what a node happens to hold, for whoever exceeds the bound is refused on every node (A1).
 */
final class TxnView implements KeyView {
  private final ApplyBatch batch;
  private final TreeMap<byte[], KeyState> changed = new TreeMap<>(Arrays::compareUnsigned);
  private final TreeMap<Long, Integer> attached = new TreeMap<>();
  private final List<Outcome.KeyChange> changes = new ArrayList<>();
  private int rowsRead;
  private long valueBytesRead;

  TxnView(ApplyBatch batch) {
    this.batch = batch;
  }

  ApplyBatch batch() {
    return batch;
  }

  /** What the operations so far would change, in their order. */
  List<Outcome.KeyChange> changes() {
    return changes;
  }

  /** The revision whose state an operation sees: the one that the changes will make, if there are any yet. */
  long revision() {
    return changes.isEmpty() ? batch.revision() : batch.revision() + 1;
  }

  void change(List<Outcome.KeyChange> ofOperation) {
    long revision = batch.revision() + 1;
    for (Outcome.KeyChange change : ofOperation) {
      changes.add(change);
      ByteString value = change.value;
      changed.put(change.key,
          value == null ? KeyState.deleted(revision) : change.old.changed(revision, change.lease, value));
      if (change.old.lease() != change.lease) {
        attached.merge(change.old.lease(), -1, Integer::sum);
        attached.merge(change.lease, 1, Integer::sum);
      }
    }
  }

  /** Rows that may still be looked at. */
  int rowsLeft() {
    return Math.max(0, Limits.COMMAND_ROWS_MAX - rowsRead);
  }

  void read(int rows) {
    rowsRead = Math.min(rowsRead + rows, Limits.COMMAND_ROWS_MAX + 1);
  }

  /** Whether more was looked at than one command may: it is to be refused. */
  boolean isExhausted() {
    return rowsRead > Limits.COMMAND_ROWS_MAX || valueBytesRead > Limits.COMMAND_VALUE_BYTES_MAX;
  }

  @Override
  public KeyState current(byte[] key) throws StoreException {
    KeyState own = changed.get(key);
    return own != null ? own : batch.current(key);
  }

  @Override
  public ByteString value(byte[] key, KeyState state) throws StoreException {
    ByteString value = batch.value(key, state);
    valueBytesRead += value.size();
    return value;
  }

  @Override
  public List<Overlay.Row<KeyState>> scan(KeyBounds bounds, int max, boolean descending) throws StoreException {
    ByteString end = bounds.end();
    byte[] from = bounds.start().toByteArray();
    NavigableMap<byte[], KeyState> own = end == null
        ? changed.tailMap(from, true)
        : changed.subMap(from, true, end.toByteArray(), false);
    List<Overlay.Row<KeyState>> below = batch.scan(bounds, max + own.size(), descending);
    List<Overlay.Row<KeyState>> rows = own.isEmpty() ? below
        : merge(below, descending ? own.descendingMap() : own, max, descending);
    read(rows.size());
    return rows;
  }

  private static List<Overlay.Row<KeyState>> merge(List<Overlay.Row<KeyState>> below, Map<byte[], KeyState> own,
      int max, boolean descending) {
    List<Overlay.Row<KeyState>> rows = new ArrayList<>();
    int next = 0;
    Iterator<Map.Entry<byte[], KeyState>> owns = own.entrySet().iterator();
    Map.@Nullable Entry<byte[], KeyState> over = owns.hasNext() ? owns.next() : null;
    while (rows.size() < max && (over != null || next < below.size())) {
      int order = over == null ? 1
          : next == below.size() ? -1 : Overlay.compare(over.getKey(), below.get(next).key, descending);
      if (order <= 0 && over != null) {
        if (over.getValue().exists()) {
          rows.add(new Overlay.Row<>(over.getKey(), over.getValue()));
        }
        over = owns.hasNext() ? owns.next() : null;
      } else {
        rows.add(below.get(next));
      }
      next += order >= 0 ? 1 : 0;
    }
    return rows;
  }

  @Override
  public @Nullable Lease lease(long id) {
    return batch.lease(id);
  }

  @Override
  public int keysOf(Lease lease) {
    return batch.keysOf(lease) + attached.getOrDefault(lease.id, 0);
  }

  @Override
  public boolean isHeld(Fence fence) {
    return batch.isHeld(fence);
  }
}
