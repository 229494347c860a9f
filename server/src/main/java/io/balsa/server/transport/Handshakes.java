package io.balsa.server.transport;

import io.balsa.proto.internal.v1.Handshake;
import io.balsa.proto.internal.v1.Refused;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import org.jspecify.annotations.Nullable;

/** Who may talk to whom (I1): only members, under the incarnation that the log binds to their id, of the same cluster. */
final class Handshakes {
  static final int PROTOCOL_VERSION = 1;

  static final String WRONG_CLUSTER = "WRONG_CLUSTER";
  static final String WRONG_INCARNATION = "WRONG_INCARNATION";
  static final String UNKNOWN_MEMBER = "UNKNOWN_MEMBER";
  static final String NOT_FORMED = "NOT_FORMED";
  static final String WRONG_VERSION = "WRONG_VERSION";

  private Handshakes() {
  }

  /** What a node says first, to a peer that its own membership knows; and what it answers. */
  static Handshake from(Membership membership, NodeId to, long toIncarnation) {
    return Handshake.newBuilder().setClusterId(membership.clusterId()).setFromId(membership.self().id().value())
        .setFromIncarnation(membership.self().incarnation()).setToId(to.value()).setToIncarnation(toIncarnation)
        .setProtocolVersion(PROTOCOL_VERSION).build();
  }

  /**
   * Judges the other side's handshake, on either side.
   *
   * @param membership null: this node belongs to no cluster yet
   * @return why it is turned down, or null
   */
  static @Nullable Refused refusal(@Nullable Membership membership, Handshake handshake) {
    if (handshake.getProtocolVersion() != PROTOCOL_VERSION) {
      return refused(WRONG_VERSION, "this node speaks version " + PROTOCOL_VERSION + " of the peer protocol, and "
          + handshake.getFromId() + " speaks " + handshake.getProtocolVersion() + "; run versions that go together");
    }
    if (membership == null) {
      return refused(NOT_FORMED, "this node has not formed its cluster yet");
    }
    Identity self = membership.self();
    if (handshake.getClusterId() != membership.clusterId()) {
      return refused(WRONG_CLUSTER, self.id() + " is of cluster " + Identity.hex(membership.clusterId()) + ", and "
          + handshake.getFromId() + " of cluster " + Identity.hex(handshake.getClusterId())
          + "; one of them has the data directory of another cluster, or an address in its --cluster is wrong");
    }
    if (!handshake.getToId().equals(self.id().value())) {
      return refused(UNKNOWN_MEMBER, "this is " + self.id() + ", not " + handshake.getToId() + "; the address that "
          + handshake.getFromId() + " dials is wrong");
    }
    if (handshake.getToIncarnation() != self.incarnation()) {
      return refused(WRONG_INCARNATION,
          handshake.getFromId() + " expects " + self.id() + " with the data of incarnation "
              + Identity.hex(handshake.getToIncarnation()) + ", and it runs on incarnation "
              + Identity.hex(self.incarnation())
              + "; start " + self.id() + " with the data directory that it had");
    }
    Member from = memberNamed(membership, handshake.getFromId());
    if (from == null) {
      return refused(UNKNOWN_MEMBER, handshake.getFromId() + " is no member of cluster "
          + Identity.hex(membership.clusterId()) + ", which has " + membership.configuration().get().voters());
    }
    if (from.incarnation() != handshake.getFromIncarnation()) {
      return refused(WRONG_INCARNATION, from.id() + " is known with the data of incarnation "
          + Identity.hex(from.incarnation()) + ", and comes with incarnation "
          + Identity.hex(handshake.getFromIncarnation()) + "; start it with the data directory that it had");
    }
    return null;
  }

  private static @Nullable Member memberNamed(Membership membership, String id) {
    for (Member member : membership.configuration().get().members()) {
      if (member.id().value().equals(id)) {
        return member;
      }
    }
    return null;
  }

  private static Refused refused(String reason, String message) {
    return Refused.newBuilder().setReason(reason).setMessage(message).build();
  }
}
