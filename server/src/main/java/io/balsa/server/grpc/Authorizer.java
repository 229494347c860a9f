package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.balsa.storage.mvcc.KeyBounds;
import org.jspecify.annotations.Nullable;

/**
 * Whether a caller may do something, asked for the <em>normalised</em> range of every request (a right on one key must not let
 * through a range that begins with it). Event loops call it: returns at once.
 */
public interface Authorizer {
  Authorizer ALLOW_ALL = (caller, access, keys) -> null;

  /** What is done to the keys. */
  enum Access {
    READ, WRITE
  }

  /** @return why not, or null */
  @Nullable
  Error check(Caller caller, Access access, KeyBounds keys);
}
