package io.balsa.raft.input;

import io.balsa.raft.log.NodeId;

/**
 * Evidence that the process of a peer is gone: its connection broke <em>and</em> its host refused a new one (C4).
 */
public record PeerDown(NodeId peer) implements Input {
}
