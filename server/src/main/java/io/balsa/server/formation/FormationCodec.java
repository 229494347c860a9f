package io.balsa.server.formation;

import io.balsa.proto.internal.v1.FormationMember;
import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.formation.PeerAnswer.Answered;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.join.JoinCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Formation on the wire. */
final class FormationCodec {

  private FormationCodec() {
  }

  static FormationRequest request(Candidate self) {
    return FormationRequest.newBuilder().setFromId(self.id().value()).setFromIncarnation(self.identity().incarnation())
        .addAllMembers(members(self.cluster())).setStartDigest(self.startDigest()).build();
  }

  static FormationResponse response(Candidate self, @Nullable FormedRecord formed) {
    FormationResponse.Builder response = FormationResponse.newBuilder().setId(self.id().value())
        .setIncarnation(self.identity().incarnation()).addAllMembers(members(self.cluster()))
        .setStartDigest(self.startDigest()).setClientAddress(self.clientAddress()).setPriority(self.priority())
        .setZone(self.zone());
    if (formed != null) {
      response.setFormed(true).setClusterId(formed.clusterId()).setFormedDigest(formed.startDigest());
      formed.initial().members().forEach(member -> response.addFormedMembers(JoinCodec.formedMember(member)));
    }
    return response.build();
  }

  /** @throws IllegalArgumentException if the answer does not hang together */
  static Answered decode(FormationResponse response) {
    NavigableMap<NodeId, String> cluster = new TreeMap<>();
    for (FormationMember member : response.getMembersList()) {
      cluster.put(new NodeId(member.getId()), member.getPeerAddress());
    }
    Identity identity = new Identity(new NodeId(response.getId()), response.getIncarnation());
    Candidate node = new Candidate(identity, cluster, response.getClientAddress(), response.getStartDigest(),
        response.getPriority(), response.getZone());
    return new Answered(node, response.getFormed() ? formed(response) : null);
  }

  private static FormedRecord formed(FormationResponse response) {
    List<Member> members = new ArrayList<>();
    response.getFormedMembersList().forEach(member -> members.add(JoinCodec.formedMember(member)));
    FormedRecord record = FormedRecord.forming(new Configuration(members), response.getFormedDigest());
    if (record.clusterId() != response.getClusterId()) {
      throw new IllegalArgumentException(
          response.getId() + " says it is of cluster " + Identity.hex(response.getClusterId())
              + ", but its members make " + Identity.hex(record.clusterId()));
    }
    return record;
  }

  private static List<FormationMember> members(Map<NodeId, String> cluster) {
    List<FormationMember> members = new ArrayList<>();
    cluster.forEach((id, address) -> members.add(
        FormationMember.newBuilder().setId(id.value()).setPeerAddress(address).build()));
    return members;
  }
}
