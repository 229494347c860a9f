package io.balsa.raft.input;

import io.balsa.raft.log.NodeId;

/**
 * A connection to the peer stands (again).
 */
public record PeerUp(NodeId peer) implements Input {
}
