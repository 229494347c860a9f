package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;

/** Who waits for a renewal. One method is called, once, on a thread of the node: it returns at once. */
public interface RenewalCallback {
  /** The entry with this renewal was applied. */
  void renewed(long revision, long ttlMillis);

  /** There is no such lease or session any more, says the entry that was applied. */
  void gone();

  void failed(Error error);
}
