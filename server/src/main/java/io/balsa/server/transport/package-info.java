/**
 * The links between nodes. Start at {@link io.balsa.server.transport.PeerTransport} (sending) and
 * {@link io.balsa.server.transport.PeerService} (receiving).
 *
 * <p>Each node dials each other one and sends on that stream only; so two nodes have two connections, and neither side ever
 * waits for the other. Chunks of snapshots have connections of their own, dialled when there are any, so that no heartbeat ever
 * stands behind one ({@link io.balsa.server.transport.Lane}). A link never blocks its caller: its queue is bounded by bytes and by
 * count, and what does not fit is dropped, as Raft allows. Both ends prove who they are before the first message (I1). Sending
 * runs on event loops of its own.
 */
@NullMarked
package io.balsa.server.transport;

import org.jspecify.annotations.NullMarked;
