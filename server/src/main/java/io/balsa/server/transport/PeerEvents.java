package io.balsa.server.transport;

import io.balsa.raft.log.NodeId;

/** What the links tell. Called on the peers' event loop: returns at once. */
public interface PeerEvents {
  /** For a connection that is no evidence. */
  PeerEvents NONE = new PeerEvents() {
    @Override
    public void peerUp(NodeId peer) {
      // the steady link tells
    }

    @Override
    public void peerDown(NodeId peer) {
      // the steady link tells
    }

    @Override
    public void peerRefuses(NodeId peer, String reason, String message) {
      // the steady link tells
    }
  };

  /** A handshake with the peer succeeded. */
  void peerUp(NodeId peer);

  /** C4: the connection broke, <em>and</em> the peer's host refused a new one. Once until the next {@link #peerUp}. */
  void peerDown(NodeId peer);

  /** The peer turned the handshake down; said again only when the reason changed. */
  void peerRefuses(NodeId peer, String reason, String message);
}
