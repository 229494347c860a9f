package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.storage.mvcc.KeyState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions of keys changed lately, so that a hot key costs no point get. One slot a hash: a newcomer takes the
 * place. It always agrees with CURRENT, because only the applier changes either. Applier's thread only.
 */
final class KeyCache {
  private static final int SLOTS = 1 << 14;
  private static final int KEY_BYTES_MAX = 256;
  /** Counters are worth keeping with their value. */
  private static final int VALUE_BYTES_MAX = 32;

  private final @Nullable Slot[] slots = new Slot[SLOTS];

  private static final class Slot {
    final byte[] key;
    final KeyState state;

    Slot(byte[] key, KeyState state) {
      this.key = key;
      this.state = state;
    }
  }

  /** Null: not known. {@link KeyState#ABSENT}: known not to exist. */
  @Nullable
  KeyState get(byte[] key) {
    Slot slot = slots[index(key)];
    return slot != null && Arrays.equals(slot.key, key) ? slot.state : null;
  }

  void put(byte[] key, KeyState state) {
    int index = index(key);
    if (key.length > KEY_BYTES_MAX) {
      slots[index] = null;
      return;
    }
    ByteString value = state.value();
    // A value is part of the command that brought it: a copy, so that the rest of the command is not kept.
    ByteString kept = value != null && value.size() <= VALUE_BYTES_MAX ? ByteString.copyFrom(value.toByteArray())
        : null;
    slots[index] = new Slot(key,
        new KeyState(state.createRevision(), state.modRevision(), state.version(), state.lease(), kept));
  }

  private static int index(byte[] key) {
    int hash = Arrays.hashCode(key) * 0x9e3779b9;
    return hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS));
  }
}
