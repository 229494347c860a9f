package io.balsa.server.transport;

import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import org.jspecify.annotations.Nullable;

/**
 * Whom a node talks to (I1), though its log may lag behind the one in which the other became a member, or was removed.
 *
 * <p>Let K be the newer of the committed configuration that the receiver knows and the one that the other brings. The other is
 * admitted if K, or the receiver's own newest configuration, binds its id to its incarnation. So whoever was added later is
 * admitted by what it brings: n2 holds {1, 2, 3}; 4 was added and promoted while it was away; n1 dies; n2 and n4 are the quorum. And
 * whoever was removed, or came back with another directory, is turned down by anyone who has seen a configuration without it, for
 * what it brings is older.
 */
public final class PeerAdmission {

  private PeerAdmission() {
  }

  /**
   * A peer that is turned down.
   *
   * @param evidence of REMOVED; null with anything else
   */
  record Refusal(String reason, String message, @Nullable KnownMembers evidence) {
  }

  /**
   * @param brought the newest configuration that the other knows to be committed
   * @return why it is turned down, or null
   */
  static @Nullable Refusal judge(Membership.View view, NodeId id, long incarnation, KnownMembers brought) {
    KnownMembers known = view.known().newer(brought);
    if (known.configuration().binds(id, incarnation) || view.newest().binds(id, incarnation)) {
      return null;
    }
    Member other = known.configuration().member(id);
    if (known.index() > brought.index()) {
      return new Refusal(Handshakes.REMOVED, removed(new Identity(id, incarnation), known), known);
    }
    if (other == null || other.isReserved()) {
      return new Refusal(Handshakes.UNKNOWN_MEMBER, id + " is no member of cluster " + Identity.hex(known.clusterId())
          + ", which has the voters " + known.configuration().voters(), null);
    }
    return new Refusal(Handshakes.WRONG_INCARNATION, id + " is known with the data of incarnation "
        + Identity.hex(other.incarnation()) + ", and comes with incarnation " + Identity.hex(incarnation)
        + "; start it with the data directory that it had", null);
  }

  /** For the operator of the node that is a member no more. */
  public static String removed(Identity node, KnownMembers evidence) {
    Member other = evidence.configuration().member(node.id());
    return node.id() + " with the data of incarnation " + Identity.hex(node.incarnation())
        + " was removed from cluster "
        + Identity.hex(evidence.clusterId()) + " (at entry " + evidence.index() + " "
        + (other == null || other.isReserved() ? "it is no member"
            : "another incarnation, " + Identity.hex(other.incarnation()) + ", has its place")
        + "), so it serves nothing any more. To run " + node.id()
        + " again, add it ('balsa member add') and start it with an empty data directory";
  }
}
