package io.balsa.storage.state;

import io.balsa.storage.kv.ColumnFamily;
import io.balsa.storage.kv.StoreException;
import io.balsa.storage.kv.StoreIterator;
import io.balsa.storage.kv.StoreReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table that a batch has changed so far, over those of the store: later entries of the batch read through it
 * (A2).
 */
final class Overlay<V> {
  private final ColumnFamily family;
  private final Decoder<V> decoder;
  private final Predicate<V> exists;
  private final TreeMap<byte[], V> changed = new TreeMap<>(Arrays::compareUnsigned);

  /** From a row's value to what it means. */
  interface Decoder<V> {
    V decode(byte[] value) throws StoreException;
  }

  /** A row as the batch sees it. */
  static final class Row<V> {
    final byte[] key;
    final V value;

    Row(byte[] key, V value) {
      this.key = key;
      this.value = value;
    }
  }

  /** @param exists false for what stands for a deleted row */
  Overlay(ColumnFamily family, Decoder<V> decoder, Predicate<V> exists) {
    this.family = family;
    this.decoder = decoder;
    this.exists = exists;
  }

  /** What the batch changed the row to; null if it did not touch it. */
  @Nullable
  V changed(byte[] key) {
    return changed.get(key);
  }

  /** @return what the batch had changed it to before; null: it had not touched it */
  @Nullable
  V set(byte[] key, V value) {
    return changed.put(key, value);
  }

  /** All changed rows, in order. */
  Iterable<Map.Entry<byte[], V>> changes() {
    return changed.entrySet();
  }

  /** The changed rows of [from, to), in order. */
  NavigableMap<byte[], V> changes(byte[] from, byte @Nullable [] to) {
    return to == null ? changed.tailMap(from, true) : changed.subMap(from, true, to, false);
  }

  /** The first {@code max} rows of [from, to) that exist, in order; or the last ones, from the last on down. */
  List<Row<V>> scan(StoreReader reader, byte[] from, byte @Nullable [] to, int max, boolean descending)
      throws StoreException {
    List<Row<V>> rows = new ArrayList<>();
    NavigableMap<byte[], V> inRange = changes(from, to);
    var overlaid = (descending ? inRange.descendingMap() : inRange).entrySet().iterator();
    Map.@Nullable Entry<byte[], V> over = overlaid.hasNext() ? overlaid.next() : null;
    try (StoreIterator stored = reader.iterate(family, from, to)) {
      boolean onStored = descending ? stored.seekLast() : stored.seekFirst();
      while (rows.size() < max && (over != null || onStored)) {
        byte @Nullable [] storedKey = onStored ? stored.key() : null;
        int order = over == null ? 1 : storedKey == null ? -1 : compare(over.getKey(), storedKey, descending);
        if (order <= 0 && over != null) {
          if (exists.test(over.getValue())) {
            rows.add(new Row<>(over.getKey(), over.getValue()));
          }
          over = overlaid.hasNext() ? overlaid.next() : null;
        } else if (storedKey != null) {
          rows.add(new Row<>(storedKey, decoder.decode(stored.value())));
        }
        if (order >= 0) {
          onStored = descending ? stored.previous() : stored.next();
        }
      }
    }
    return rows;
  }

  static int compare(byte[] a, byte[] b, boolean descending) {
    int order = Arrays.compareUnsigned(a, b);
    return descending ? -order : order;
  }
}
