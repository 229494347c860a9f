package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.storage.mvcc.KeyState;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions of keys that were changed or read lately, so that a hot key costs no point get: neither apply, which needs a key's
 * numbers to change it, nor a read. They stand in a {@link KeyRing}; an index of it, in sets of four, is asked by the key's hash.
 *
 * <p>It agrees with the store's newest rows as of the last batch that is said to be applied. The applier alone changes those rows, and
 * when it has, it {@linkplain #changed replaces} every key that it changed, before it says that anything is applied; so who asks after a
 * read index is applied finds that state or a newer one. Readers add what they have read, by {@link #keep}, only if no key of the same
 * stripe was changed since before they read the store: else a slow reader could bring back a version that was replaced meanwhile, for
 * good.
 *
 * <p>{@link #changed} is the applier's; all else is anybody's. Readers wait for nobody; the applier waits for one that keeps something,
 * which is a copy of some hundred bytes.
 */
final class KeyCache {
  private static final int KEY_BYTES_MAX = 128;
  private static final int VALUE_BYTES_MAX = 1 << 10;
  /** Counters are worth keeping with their value from the first change on; others when they were read. */
  private static final int COUNTER_BYTES_MAX = 32;
  private static final int BYTES_MAX = 48 << 20;

  private static final int WAYS = 4;
  private static final int SETS = 1 << 17;
  private static final int STRIPES = 1 << 12;
  private static final int TAG_BITS = 12;
  private static final long TAG_MASK = (1 << TAG_BITS) - 1;
  /** Odd, and without a pattern: the golden ratio's. */
  private static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

  private final ReentrantLock lock = new ReentrantLock();
  private final KeyRing ring;
  /**
   * A position in units of the ring's alignment, and bits of the hash; 0: none. That is room for 2^56 bytes, which at a hundred megabytes
   * a second are written in twenty years.
   */
  private final AtomicLongArray index;
  private final int sets;
  /** Changes of keys, by hash. */
  private final AtomicLongArray changes;

  KeyCache() {
    this(SETS, STRIPES, BYTES_MAX);
  }

  /** @param sets a power of two, as {@code stripes} is */
  KeyCache(int sets, int stripes, int bytesMax) {
    this.ring = new KeyRing(bytesMax);
    this.index = new AtomicLongArray(sets * WAYS);
    this.sets = sets;
    this.changes = new AtomicLongArray(stripes);
  }

  /** Null: not known. One that does not {@linkplain KeyState#exists() exist}: known not to. The value may be missing. */
  @Nullable
  KeyState get(byte[] key) {
    long hash = hash(key);
    int first = firstOf(hash);
    for (int i = first; i < first + WAYS; i++) {
      long entry = index.get(i);
      if (isTagged(entry, hash)) {
        KeyState state = ring.read(position(entry), key);
        if (state != null) {
          return state;
        }
      }
    }
    return null;
  }

  /** To be given to {@link #keep}, and asked for before the store is read. */
  long changesSoFar(byte[] key) {
    return changes.get(stripe(hash(key)));
  }

  /** Applier's thread: the batch that changed these keys to those states is written. */
  void changed(Iterable<Map.Entry<byte[], KeyState>> keys) {
    lock.lock();
    try {
      for (Map.Entry<byte[], KeyState> key : keys) {
        changed(key.getKey(), key.getValue());
      }
    } finally {
      lock.unlock();
    }
  }

  private void changed(byte[] key, KeyState state) {
    if (key.length > KEY_BYTES_MAX) {
      return;
    }
    long hash = hash(key);
    int stripe = stripe(hash);
    changes.set(stripe, changes.get(stripe) + 1);
    int place = find(hash, key);
    boolean wasRead = place >= 0 && ring.hasValue(position(index.get(place)));
    ByteString value = state.value();
    boolean keepsValue = value != null && value.size() <= (wasRead ? VALUE_BYTES_MAX : COUNTER_BYTES_MAX);
    set(place >= 0 ? place : oldest(hash), hash, ring.append(key, state, keepsValue ? value : null));
  }

  /**
   * The store was read: this was the newest version of the key at some moment since {@code changesBefore}. Kept if it is not there yet,
   * for a key that is read again and again would fill the ring, and if nobody else has to be waited for.
   *
   * @param changesBefore what {@link #changesSoFar} said before the store was read
   * @param state         with its value
   */
  void keep(byte[] key, long changesBefore, KeyState state) {
    ByteString value = state.value();
    if (key.length > KEY_BYTES_MAX || value == null || value.size() > VALUE_BYTES_MAX || !lock.tryLock()) {
      return;
    }
    try {
      long hash = hash(key);
      if (changes.get(stripe(hash)) == changesBefore) {
        int place = find(hash, key);
        if (place < 0 || !ring.hasValue(position(index.get(place)))) {
          set(place >= 0 ? place : oldest(hash), hash, ring.append(key, state, value));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Where the key stands; negative: nowhere. In the lock, so that no key ever stands in two places. */
  private int find(long hash, byte[] key) {
    int first = firstOf(hash);
    for (int i = first; i < first + WAYS; i++) {
      long entry = index.get(i);
      if (isTagged(entry, hash) && ring.isOf(position(entry), key)) {
        return i;
      }
    }
    return -1;
  }

  /** The place of the set that was written first, if ever. */
  private int oldest(long hash) {
    int first = firstOf(hash);
    int oldest = first;
    for (int i = first + 1; i < first + WAYS; i++) {
      if (position(index.get(i)) < position(index.get(oldest))) {
        oldest = i;
      }
    }
    return oldest;
  }

  private void set(int place, long hash, long position) {
    index.set(place, ((position / KeyRing.ALIGNMENT) << TAG_BITS) | (hash & TAG_MASK));
  }

  private static long hash(byte[] key) {
    // The high bits of a product depend on all bits of its factors. One is not enough: numbered keys have hash codes with a pattern
    // of their own, which would fill some sets and leave others empty.
    long hash = Arrays.hashCode(key) * HASH_FACTOR;
    hash = (hash ^ (hash >>> Integer.SIZE)) * HASH_FACTOR;
    return hash >>> Integer.SIZE;
  }

  private int firstOf(long hash) {
    return WAYS * (int) ((hash >>> TAG_BITS) & (sets - 1));
  }

  private int stripe(long hash) {
    return (int) (hash & (changes.length() - 1));
  }

  private static boolean isTagged(long entry, long hash) {
    return entry != 0 && ((entry ^ hash) & TAG_MASK) == 0;
  }

  private static long position(long entry) {
    return (entry >>> TAG_BITS) * KeyRing.ALIGNMENT;
  }
}
