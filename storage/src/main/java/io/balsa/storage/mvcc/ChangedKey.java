package io.balsa.storage.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/**
 * What a revision did to one key: a row of REVISIONS with the version that it made.
 *
 * @param sub   its place among the changes of its revision, from 0 up
 * @param state the new version with its value; of a delete one that does not {@linkplain KeyState#exists() exist}
 */
public record ChangedKey(long revision, int sub, ByteString key, KeyState state) {
  static final long BYTES_BESIDES = 64;

  /** @param key is taken over */
  public static ChangedKey of(long revision, int sub, byte[] key, KeyState state) {
    return new ChangedKey(revision, sub, UnsafeByteOperations.unsafeWrap(key), state);
  }

  public boolean isDelete() {
    return !state.exists();
  }

  /** About what it takes in memory and on the wire. */
  public long bytes() {
    ByteString value = state.value();
    return BYTES_BESIDES + key.size() + (value == null ? 0 : value.size());
  }
}
