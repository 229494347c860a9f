package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a transaction has read of its snapshot. Confined to its transaction's lock. */
final class ReadSet {
  /** One read; a range may turn out to have been read in part only. */
  static final class Entry {
    private KeyRange keys;

    private Entry(KeyRange keys) {
      this.keys = keys;
    }

    void narrow(KeyRange part) {
      keys = part;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  Entry add(KeyRange keys) {
    Entry entry = new Entry(keys);
    entries.add(entry);
    return entry;
  }

  /** That nothing of it changed after the revision (A4); each part once. */
  List<Guard> guards(long revision) {
    Set<KeyRange> ranges = new LinkedHashSet<>();
    Set<KeyRange> keys = new LinkedHashSet<>();
    for (Entry entry : entries) {
      (entry.keys.isSingle() ? keys : ranges).add(entry.keys);
    }
    keys.removeIf(key -> {
      ByteString one = key.wire().getStart();
      return ranges.stream().anyMatch(range -> range.contains(one));
    });
    List<Guard> guards = new ArrayList<>(ranges.size() + keys.size());
    ranges.forEach(range -> guards.add(Guard.unchangedSince(range, revision)));
    keys.forEach(key -> guards.add(Guard.unchangedSince(key, revision)));
    return guards;
  }
}
