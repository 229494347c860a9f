package io.balsa.client.session;

import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.LeaseKeepAliveRequest;
import io.balsa.proto.v1.StreamHello;

/**
 * What {@link SessionCore} asks of the world. Nothing here waits, and nothing calls back into the core before it returns;
 * answers come later as inputs of the core. Every attempt has a number; answers to an attempt that is not the newest are
 * ignored by the core.
 */
public interface SessionPort {
  /** Answered by {@link SessionCore#opened} or {@link SessionCore#failed}. */
  void openSession(long attempt, String address, long ttlMillis);

  /** Answered by {@link SessionCore#ready} or {@link SessionCore#failed}; then beats and replies until it fails. */
  void openStream(long attempt, String address, StreamHello hello);

  /** Drops what was opened under this number, at once. Nothing of it is wanted any more. */
  void abandon(long attempt);

  /**
   * On an RPC of its own (S4). Answered by {@link SessionCore#keptAlive}, or by nothing: the core asks again in time.
   */
  void keepAlive(String address, KeepAliveRequest request);

  /** Of a lease, on an RPC of its own. Answered by {@link SessionCore#leaseKeptAlive}, or by nothing. */
  void keepLeaseAlive(String address, LeaseKeepAliveRequest request);

  /** The address did not answer though its connection looked well: the next connection to it must be a fresh one. */
  void distrust(String address);
}
