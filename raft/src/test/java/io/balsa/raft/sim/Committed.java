package io.balsa.raft.sim;

import io.balsa.raft.log.Configuration;

/**
 * A configuration that is committed.
 *
 * @param index at which it was in force: of two, the one with the higher index is the newer
 */
record Committed(Configuration configuration, long index) {

  static Committed newer(Committed one, Committed other) {
    return other.index > one.index ? other : one;
  }
}
