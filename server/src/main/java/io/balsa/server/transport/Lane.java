package io.balsa.server.transport;

/**
 * One of the two connections to a peer. Snapshots have one of their own, so that a heartbeat never stands behind a chunk: not
 * in a queue, not in HTTP/2's windows, not in a socket's buffer. Both begin with the same handshake (I1).
 *
 * @param name           for people
 * @param queueBytesMax  what may wait to be sent; more is dropped
 * @param onDemand       dialled when there is something to send, and given up after a while without; otherwise it always stands,
 *                       and what it tells of the peer is evidence (C4)
 * @param silentTicksMax a peer from which nothing was heard for so long is dialled anew
 * @param idleTicksMax   of a lane on demand: with nothing to send for so long it is given up
 */
record Lane(String name, long queueBytesMax, int queueMessagesMax, boolean onDemand, int silentTicksMax,
    int idleTicksMax) {
  /**
   * Of the links' own loop, so that a pause of this very process is no silence of a peer and no idleness.
   */
  static final long TICK_MILLIS = 500;

  /** Everything but snapshots. */
  static final Lane STEADY = new Lane("", 32 << 20, 4_096, false, 6, 0);
  /**
   * Chunks of snapshots: a few, for the leader has only a few under way. Silence is no evidence here, and a chunk may take
   * seconds on a slow network, after which the peer says again that it is alive.
   */
  static final Lane BULK = new Lane(" for snapshots", 4 << 20, 64, true, 20, 20);
}
