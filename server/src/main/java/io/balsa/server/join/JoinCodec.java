package io.balsa.server.join;

import com.google.protobuf.UnsafeByteOperations;
import io.balsa.proto.internal.v1.FormedMember;
import io.balsa.proto.internal.v1.Joined;
import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.KnownMembers;
import java.util.ArrayList;
import java.util.List;

/** Joining on the wire. */
public final class JoinCodec {
  static final String NOT_LEADER = "NOT_LEADER";
  static final String NO_LEADER = "NO_LEADER";
  static final String NOT_FORMED = "NOT_FORMED";
  /** An operator has to add the id first. */
  static final String NOT_ADDED = "NOT_ADDED";
  /** Not at this moment. */
  static final String WAIT = "WAIT";
  static final String BAD_REQUEST = "BAD_REQUEST";
  static final String WRONG_CLUSTER = "WRONG_CLUSTER";
  static final String WRONG_INCARNATION = "WRONG_INCARNATION";
  static final String REMOVED = "REMOVED";

  private JoinCodec() {
  }

  /** What a node says that belongs to no cluster yet. */
  public static NotJoined notFormed() {
    return not(NOT_FORMED, "it has not formed its cluster yet").build();
  }

  static NotJoined.Builder not(String reason, String message) {
    return NotJoined.newBuilder().setReason(reason).setMessage(message);
  }

  /** A member that formed the cluster, as it travels. */
  public static FormedMember formedMember(Member member) {
    return FormedMember.newBuilder().setId(member.id().value()).setIncarnation(member.incarnation())
        .setPeerAddress(member.peerAddress()).setClientAddress(member.clientAddress()).setZone(member.zone())
        .setPriority(member.priority()).build();
  }

  /** The same, read. */
  public static Member formedMember(FormedMember wire) {
    return new Member(new NodeId(wire.getId()), wire.getIncarnation(), true, wire.getPeerAddress(),
        wire.getClientAddress(), wire.getPriority(), wire.getZone());
  }

  static Joined joined(FormedRecord formed, KnownMembers members) {
    Joined.Builder joined = Joined.newBuilder().setFormedDigest(formed.startDigest())
        .setConfiguration(UnsafeByteOperations.unsafeWrap(members.configuration().encode().array()))
        .setConfigurationIndex(members.index());
    formed.initial().members().forEach(member -> joined.addFormedMembers(formedMember(member)));
    return joined.build();
  }

  /** @throws IllegalArgumentException if it does not hang together */
  static FormedRecord formed(Joined joined) {
    List<Member> initial = new ArrayList<>();
    joined.getFormedMembersList().forEach(member -> initial.add(formedMember(member)));
    return FormedRecord.forming(new Configuration(initial), joined.getFormedDigest())
        .withOrigin(FormedRecord.Origin.JOINED);
  }

  /** @throws IllegalArgumentException if it cannot be read */
  static KnownMembers members(Joined joined, long clusterId) {
    return new KnownMembers(clusterId, joined.getConfigurationIndex(),
        Configuration.decode(Bytes.wrap(joined.getConfiguration().toByteArray())));
  }
}
