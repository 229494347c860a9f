package io.balsa.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.internal.v1.Handshake;
import io.balsa.proto.internal.v1.Refused;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import org.jspecify.annotations.Nullable;

/** Who may talk to whom (I1): only members, under the incarnation that the log binds to their id, of the same cluster. */
final class Handshakes {
  static final int PROTOCOL_VERSION = 2;

  static final String WRONG_CLUSTER = "WRONG_CLUSTER";
  static final String WRONG_INCARNATION = "WRONG_INCARNATION";
  static final String UNKNOWN_MEMBER = "UNKNOWN_MEMBER";
  static final String REMOVED = "REMOVED";
  static final String NOT_FORMED = "NOT_FORMED";
  static final String WRONG_VERSION = "WRONG_VERSION";

  private Handshakes() {
  }

  /** What a node says first, to a peer that its own membership knows; and what it answers. */
  static Handshake from(Membership membership, NodeId to, long toIncarnation) {
    return Handshake.newBuilder().setClusterId(membership.clusterId()).setFromId(membership.self().id().value())
        .setFromIncarnation(membership.self().incarnation()).setToId(to.value()).setToIncarnation(toIncarnation)
        .setProtocolVersion(PROTOCOL_VERSION).setConfiguration(bytes(membership.known()))
        .setConfigurationIndex(membership.known().index()).build();
  }

  private static ByteString bytes(KnownMembers members) {
    return UnsafeByteOperations.unsafeWrap(members.configuration().encode().array());
  }

  /**
   * What the sender of a handshake knows to be committed.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  static KnownMembers brought(Handshake handshake) {
    return new KnownMembers(handshake.getClusterId(), handshake.getConfigurationIndex(),
        Configuration.decode(Bytes.wrap(handshake.getConfiguration().toByteArray())));
  }

  /** The proof of a REMOVED; null: it brings none that can be read, and so proves nothing. */
  static @Nullable KnownMembers evidence(long clusterId, Refused refused) {
    if (!refused.getReason().equals(REMOVED)) {
      return null;
    }
    try {
      return new KnownMembers(clusterId, refused.getConfigurationIndex(),
          Configuration.decode(Bytes.wrap(refused.getConfiguration().toByteArray())));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** As it travels. */
  static Refused refused(PeerAdmission.Refusal refusal) {
    Refused.Builder refused = Refused.newBuilder().setReason(refusal.reason()).setMessage(refusal.message());
    KnownMembers evidence = refusal.evidence();
    if (evidence != null) {
      refused.setConfiguration(bytes(evidence)).setConfigurationIndex(evidence.index());
    }
    return refused.build();
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
    PeerAdmission.Refusal refusal;
    try {
      refusal = PeerAdmission.judge(membership.view(), new NodeId(handshake.getFromId()),
          handshake.getFromIncarnation(), brought(handshake));
    } catch (IllegalArgumentException e) {
      return refused(WRONG_VERSION, "the handshake of " + handshake.getFromId() + " cannot be read: " + e.getMessage());
    }
    if (refusal != null && refusal.evidence() != null) {
      return refused(refusal); // whom it expects here does not matter any more
    }
    if (handshake.getToIncarnation() != self.incarnation()) {
      return refused(WRONG_INCARNATION,
          handshake.getFromId() + " expects " + self.id() + " with the data of incarnation "
              + Identity.hex(handshake.getToIncarnation()) + ", and it runs on incarnation "
              + Identity.hex(self.incarnation()) + "; if " + handshake.getFromId()
              + " does not hear of a new incarnation by itself, start " + self.id()
              + " with the data directory that it had");
    }
    return refusal == null ? null : refused(refusal);
  }

  private static Refused refused(String reason, String message) {
    return Refused.newBuilder().setReason(reason).setMessage(message).build();
  }
}
