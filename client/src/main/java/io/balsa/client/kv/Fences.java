package io.balsa.client.kv;

import io.balsa.client.error.Errors;
import io.balsa.proto.v1.Fence;

/** Fences of mutations: which lock is to be held, and under which token. */
final class Fences {
  private Fences() {}

  static Fence of(String lock, long token) {
    if (lock.isEmpty() || token <= 0) {
      throw Errors.invalid("BAD_REQUEST", "a fence names a lock and the token of a grant: '" + lock + "', " + token);
    }
    return Fence.newBuilder().setLock(lock).setToken(token).build();
  }
}
