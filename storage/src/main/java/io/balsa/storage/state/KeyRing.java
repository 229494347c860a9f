package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.storage.mvcc.KeyState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keys with their states, one behind the other in a ring of bytes; the newest take the place of the oldest. Plain bytes, because as
 * objects these live until their key is changed again, which is what a collector by generations is worst at: it copies each of them a few
 * times, and looks through all places where they hang at each collection.
 *
 * <p>A record never changes while it is there. Who reads one finds out afterwards whether it was there all the time: whoever appends
 * says how far it will write before it writes, and whoever reads looks at that after it has read. What was read of a record that is
 * being overwritten is thrown away, so all of it may be nonsense until then.
 *
 * <p>One thread at a time appends; any thread reads, and waits for nobody.
 */
final class KeyRing {
  /** A record lies within one piece. Pieces are made when they are first written to, and are too small to be humongous for G1. */
  static final int PIECE_BYTES = 256 << 10;
  /** Positions are multiples of it, and not 0. */
  static final int ALIGNMENT = 16;

  // create revision, mod revision, version, lease (8 each); length of the key and of the value plus one, 0: no value (4 each)
  private static final int MOD_REVISION = Long.BYTES;
  private static final int VERSION = 2 * Long.BYTES;
  private static final int LEASE = 3 * Long.BYTES;
  private static final int KEY_SIZE = 4 * Long.BYTES;
  private static final int VALUE_SIZE_PLUS_ONE = KEY_SIZE + Integer.BYTES;
  private static final int HEADER_BYTES = VALUE_SIZE_PLUS_ONE + Integer.BYTES;

  private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] @Nullable [] pieces;
  private final long capacity;
  /** Where the next record begins, counted from the first one ever on. */
  private long tail = ALIGNMENT;
  /** Nothing was written, or is being written, from here on. */
  private volatile long reserved = ALIGNMENT;

  /** @param capacity in bytes, a multiple of {@link #PIECE_BYTES} */
  KeyRing(int capacity) {
    if (capacity < PIECE_BYTES || capacity % PIECE_BYTES != 0) {
      throw new IllegalArgumentException("capacity is not some pieces: " + capacity);
    }
    this.pieces = new byte[capacity / PIECE_BYTES][];
    this.capacity = capacity;
  }

  /**
   * Adds a record, of at most {@link #PIECE_BYTES}.
   *
   * @param state its value is left out
   * @return its position
   */
  long append(byte[] key, KeyState state, @Nullable ByteString value) {
    int valueSize = value == null ? 0 : value.size();
    int size = Math.ceilDiv(HEADER_BYTES + key.length + valueSize, ALIGNMENT) * ALIGNMENT;
    if (offset(tail) + size > PIECE_BYTES) {
      tail += PIECE_BYTES - offset(tail);
    }
    long position = tail;
    tail += size;
    reserved = tail;
    // Before any of what follows: see the class.
    VarHandle.storeStoreFence();
    byte[] piece = pieces[pieceOf(position)];
    if (piece == null) {
      piece = new byte[PIECE_BYTES];
      pieces[pieceOf(position)] = piece;
    }
    int at = offset(position);
    LONGS.set(piece, at, state.createRevision());
    LONGS.set(piece, at + MOD_REVISION, state.modRevision());
    LONGS.set(piece, at + VERSION, state.version());
    LONGS.set(piece, at + LEASE, state.lease());
    INTS.set(piece, at + KEY_SIZE, key.length);
    INTS.set(piece, at + VALUE_SIZE_PLUS_ONE, value == null ? 0 : valueSize + 1);
    System.arraycopy(key, 0, piece, at + HEADER_BYTES, key.length);
    if (value != null) {
      value.copyTo(piece, at + HEADER_BYTES + key.length);
    }
    return position;
  }

  /**
   * What the record says, or null if it is of another key or was overwritten.
   *
   * @param position that {@link #append} has returned, and that came to this thread by a volatile read or in a lock
   */
  @Nullable
  KeyState read(long position, byte[] key) {
    byte[] piece = pieces[pieceOf(position)];
    int at = offset(position);
    if (piece == null || !isOf(key, piece, at)) {
      return null;
    }
    int valueSize = (int) INTS.get(piece, at + VALUE_SIZE_PLUS_ONE) - 1;
    int valueAt = at + HEADER_BYTES + key.length;
    if (valueSize < -1 || valueSize > PIECE_BYTES - valueAt) {
      return null;
    }
    ByteString value = valueSize < 0 ? null
        : UnsafeByteOperations.unsafeWrap(Arrays.copyOfRange(piece, valueAt, valueAt + valueSize));
    KeyState state = new KeyState((long) LONGS.get(piece, at), (long) LONGS.get(piece, at + MOD_REVISION),
        (long) LONGS.get(piece, at + VERSION), (long) LONGS.get(piece, at + LEASE), value);
    // After all of what was read: see the class.
    VarHandle.loadLoadFence();
    return holds(position) ? state : null;
  }

  /** Whether this is a record of the key that is still there. The appending thread. */
  boolean isOf(long position, byte[] key) {
    byte[] piece = pieces[pieceOf(position)];
    return piece != null && holds(position) && isOf(key, piece, offset(position));
  }

  /** Whether a record that is still there has a value. The appending thread. */
  boolean hasValue(long position) {
    byte[] piece = pieces[pieceOf(position)];
    return piece != null && (int) INTS.get(piece, offset(position) + VALUE_SIZE_PLUS_ONE) != 0;
  }

  /** Whether nothing of the record was overwritten. */
  boolean holds(long position) {
    return reserved - position <= capacity;
  }

  private static boolean isOf(byte[] key, byte[] piece, int at) {
    int keyAt = at + HEADER_BYTES;
    return (int) INTS.get(piece, at + KEY_SIZE) == key.length && key.length <= PIECE_BYTES - keyAt
        && Arrays.equals(piece, keyAt, keyAt + key.length, key, 0, key.length);
  }

  private int pieceOf(long position) {
    return (int) (position / PIECE_BYTES % pieces.length);
  }

  private static int offset(long position) {
    return (int) (position % PIECE_BYTES);
  }
}
