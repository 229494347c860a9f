package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.storage.mvcc.KeyState;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions of keys that were changed or read lately, so that a hot key costs no point get: neither apply, which needs a key's
 * numbers to change it, nor a read. One slot a hash: a newcomer takes the place.
 *
 * <p>It always agrees with the store's newest rows as of the last batch that was written. The applier alone changes those rows, and
 * when it has, it {@linkplain #changed replaces} the slot of every key that it changed, before it says that anything is applied; so
 * who asks after a read index is applied finds that state or a newer one. Readers add what they have read, by {@link #keep}, only if
 * the slot is still the very one they saw before they read the store: else a slow reader could bring back a version that was replaced
 * meanwhile, for good. A slot never returns to an object that it held before, nor to null.
 *
 * <p>{@link #changed} is the applier's; all else is anybody's, and waits for nobody.
 */
final class KeyCache {
  private static final int SLOTS = 1 << 20;
  private static final int KEY_BYTES_MAX = 128;
  private static final int VALUE_BYTES_MAX = 1 << 10;
  /** Counters are worth keeping with their value from the first change on; others when they were read. */
  private static final int COUNTER_BYTES_MAX = 32;
  private static final long BYTES_MAX = 48L << 20;
  /** Of the objects that make up a slot. */
  private static final int SLOT_BYTES = 104;
  private static final int VALUE_OBJECT_BYTES = 40;

  private final AtomicReferenceArray<@Nullable Slot> slots;
  private final AtomicLong bytes = new AtomicLong();
  private final long bytesMax;

  /** What stands in a slot, which is compared by identity. */
  static final class Slot {
    private final byte @Nullable [] key;
    private final KeyState state;
    private final int weight;

    private Slot(byte @Nullable [] key, KeyState state) {
      this.key = key;
      this.state = state;
      ByteString value = state.value();
      this.weight = key == null ? 0 : SLOT_BYTES + key.length + (value == null ? 0 : VALUE_OBJECT_BYTES + value.size());
    }

    /** Stands for no key. A new one each time. */
    static Slot empty() {
      return new Slot(null, KeyState.ABSENT);
    }
  }

  KeyCache() {
    this(SLOTS, BYTES_MAX);
  }

  KeyCache(int slotCount, long bytesMax) {
    this.slots = new AtomicReferenceArray<>(slotCount);
    this.bytesMax = bytesMax;
  }

  /** Null: not known. One that does not {@linkplain KeyState#exists() exist}: known not to. The value may be missing. */
  @Nullable
  KeyState get(byte[] key) {
    return stateIn(slots.get(index(key)), key);
  }

  /** To be given to {@link #keep}, and asked for before the store is read. */
  @Nullable
  Slot slot(byte[] key) {
    return slots.get(index(key));
  }

  private static @Nullable KeyState stateIn(@Nullable Slot slot, byte[] key) {
    return slot != null && slot.key != null && Arrays.equals(slot.key, key) ? slot.state : null;
  }

  /** Applier's thread: the batch that changed this key to that state is written. */
  void changed(byte[] key, KeyState state) {
    int index = index(key);
    Slot before = slots.get(index);
    KeyState known = stateIn(before, key);
    boolean wasRead = known != null && known.value() != null;
    Slot slot = key.length > KEY_BYTES_MAX ? Slot.empty()
        : new Slot(key, withoutCommand(state, wasRead ? VALUE_BYTES_MAX : COUNTER_BYTES_MAX));
    long room = bytesMax - bytes.get() + (before == null ? 0 : before.weight);
    if (slot.weight > room) {
      slot = Slot.empty();
    }
    Slot replaced = slots.getAndSet(index, slot);
    bytes.addAndGet(slot.weight - (replaced == null ? 0 : replaced.weight));
  }

  /** A value is part of the command that brought it: a copy, so that the rest of the command is not kept. */
  private static KeyState withoutCommand(KeyState state, int valueBytesMax) {
    ByteString value = state.value();
    ByteString kept = value == null || value.size() > valueBytesMax ? null : ByteString.copyFrom(value.toByteArray());
    return new KeyState(state.createRevision(), state.modRevision(), state.version(), state.lease(), kept);
  }

  /**
   * The store was read: this was the newest version of the key at some moment since {@code seen} was.
   *
   * @param key   is taken over
   * @param seen  what {@link #slot} said before the store was read
   * @param state with its value, which is taken over
   */
  void keep(byte[] key, @Nullable Slot seen, KeyState state) {
    ByteString value = state.value();
    if (key.length > KEY_BYTES_MAX || value == null || value.size() > VALUE_BYTES_MAX) {
      return;
    }
    Slot slot = new Slot(key, state);
    int more = slot.weight - (seen == null ? 0 : seen.weight);
    if (bytes.get() + more <= bytesMax && slots.compareAndSet(index(key), seen, slot)) {
      bytes.addAndGet(more);
    }
  }

  /** About what it takes in memory. */
  long bytes() {
    return bytes.get();
  }

  private int index(byte[] key) {
    int hash = Arrays.hashCode(key) * 0x9e3779b9;
    return (int) ((Integer.toUnsignedLong(hash) * slots.length()) >>> Integer.SIZE);
  }
}
