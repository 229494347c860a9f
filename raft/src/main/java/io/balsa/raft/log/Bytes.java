package io.balsa.raft.log;

import java.util.Arrays;

/**
 * Immutable bytes, shared without copying from the client's request to the last disk. Whoever wraps an array gives it
 * away; whoever asks for the array must not write to it. Equal by content.
 */
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Takes the array over, without a copy. */
  public static Bytes wrap(byte[] array) {
    return array.length == 0 ? EMPTY : new Bytes(array);
  }

  /** The bytes themselves, not a copy: read only. */
  public byte[] array() {
    return array;
  }

  public int size() {
    return array.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return array.length + " bytes";
  }
}
