package io.balsa.server.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which writes to a few registers had been answered when: what no read that began later may miss. */
final class Acknowledged {
  /** Of each key: the highest revision answered, by the time at which it was. */
  private final List<TreeMap<Long, Long>> byKey = new ArrayList<>();

  Acknowledged(int keys) {
    for (int key = 0; key < keys; key++) {
      byKey.add(new TreeMap<>());
    }
  }

  /** A write to this key, which made this revision, is answered now. Times never fall. */
  void add(int key, long revision, long nowNanos) {
    byKey.get(key).put(nowNanos, Math.max(revision, newestBefore(key, Long.MAX_VALUE)));
  }

  /** The highest revision of the key that was answered before this time; 0: none. */
  long newestBefore(int key, long timeNanos) {
    Map.Entry<Long, Long> last = byKey.get(key).lowerEntry(timeNanos);
    return last == null ? 0 : last.getValue();
  }
}
