package io.balsa.jepsen.checker.append;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All that a transaction saw of a key: its last read of it.
 *
 * @param external
 *          how many elements were there before its own
 */
record ListRead(int transaction, String key, List<Long> list, int external) {
  /** Each element where it stands first. */
  ListRead withoutRepeats() {
    Set<Long> once = new LinkedHashSet<>(list);
    return once.size() == list.size() ? this
        : new ListRead(transaction, key, List.copyOf(once), new LinkedHashSet<>(list.subList(0, external)).size());
  }

  boolean isBeginningOf(List<Long> longer) {
    return list.size() <= longer.size() && list.equals(longer.subList(0, list.size()));
  }
}
