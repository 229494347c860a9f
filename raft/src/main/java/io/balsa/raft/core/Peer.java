package io.balsa.raft.core;

import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;

/** One incarnation of another node: who speaks, or is spoken to. The same id with another incarnation is another node (I1). */
record Peer(NodeId id, long incarnation) {
  static Peer of(Member member) {
    return new Peer(member.id(), member.incarnation());
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
