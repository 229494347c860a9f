package io.balsa.jepsen.checker.linear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configurations that the search has been to: which answered operations have their place, which of unknown outcome were used, and the
 * state. One that agrees in the first and the last with another and has used all that the other one used is no better: whatever leads
 * on from it leads on from the other, which can still use more.
 */
final class Visited {
  private final Map<Key, List<long[]>> used = new HashMap<>();

  /** Sets of operations as bits. From the first word that is not full to the last that is not empty: the rest is the same for many. */
  private static final class Key {
    private final int from;
    private final long[] words;
    private final Object state;

    Key(int from, long[] words, Object state) {
      this.from = from;
      this.words = words;
      this.state = state;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that && from == that.from && Arrays.equals(words, that.words)
          && state.equals(that.state);
    }

    @Override
    public int hashCode() {
      return (from * 31 + Arrays.hashCode(words)) * 31 + state.hashCode();
    }
  }

  /** Goes there. False: it or a better one was visited before. The sets are the caller's and copied. */
  boolean add(long[] placed, long[] unknownUsed, Object state) {
    List<long[]> before = used.computeIfAbsent(key(placed, state), added -> new ArrayList<>(1));
    for (long[] less : before) {
      if (isSubset(less, unknownUsed)) {
        return false;
      }
    }
    before.removeIf(more -> isSubset(unknownUsed, more));
    before.add(unknownUsed.clone());
    return true;
  }

  private static Key key(long[] placed, Object state) {
    int from = 0;
    while (from < placed.length && placed[from] == -1L) {
      from++;
    }
    int to = placed.length;
    while (to > from && placed[to - 1] == 0) {
      to--;
    }
    return new Key(from, Arrays.copyOfRange(placed, from, to), state);
  }

  private static boolean isSubset(long[] of, long[] set) {
    for (int i = 0; i < of.length; i++) {
      if ((of[i] & ~set[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
