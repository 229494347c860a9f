package io.balsa.server.formation;

import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.formation.PeerAnswer.Answered;
import io.balsa.server.formation.PeerAnswer.NotReached;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The decision of I2, without network or disk.
 *
 * <p><b>Form</b> when all nodes of --cluster answered in this round, none has formed, and lists and digests are equal, and
 * when the round before it, which had ended before this one began, had found the very same incarnations. <b>Adopt</b> when a
 * node that has formed names this very incarnation. <b>Refuse</b> when one names this id with another incarnation. Else wait.
 *
 * <p><b>Why two rounds.</b> Let a cluster X have had a quorum, and let one of its nodes, p, lose its directory and come
 * back as p'. A node D that had not formed X must not form Y with p', or Y would be a second, empty cluster. D saw p' in the
 * first round, so p was gone when the second began. Every other node of X's quorum either had formed X when it answered the
 * second round, and D saw that; or it formed X only later, when p was gone, so that p was no part of the quorum; then that
 * quorum, without p and without D, is what Y lacks. With one round D could hold an answer that is older than X (say, D was
 * paused while it waited for p').
 *
 * <p><b>Crashes.</b> Whoever forms from the same incarnations forms the same cluster, so it does not matter when and after
 * how many crashes it writes its record. A node that crashed before it wrote it comes back with its incarnation and adopts
 * the record of one that did. One that lost its directory before it wrote it comes back with another and is refused.
 */
final class FormationRules {

  private FormationRules() {
  }

  /**
   * @param previous what {@link #incarnations} gave for the round before, or null
   * @param answers  of all other nodes of --cluster, in this round
   */
  static Decision decide(Candidate self, @Nullable Map<NodeId, Long> previous, List<PeerAnswer> answers) {
    Decision known = decideByFormed(self, answers);
    if (known != null) {
      return known;
    }
    List<String> waitingFor = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (PeerAnswer answer : answers) {
      switch (answer) {
        case NotReached(NodeId id, String address, String why) -> {
          waitingFor.add(id.value());
          reasons.add(id + " at " + address + " is not reached: " + why);
        }
        case Answered(Candidate node, FormedRecord formed) when formed != null -> reasons.add(
            node.id() + " has formed cluster " + Identity.hex(formed.clusterId()) + " without " + self.id()
                + "; to add it to that cluster: 'balsa member add " + self.id()
                + " HOST:PORT', which prints how to start it, with --join in place of --cluster");
        case Answered(Candidate node, var ignored) when !node.cluster().equals(self.cluster()) -> reasons.add(
            node.id() + " was started with another --cluster, " + node.cluster() + " instead of " + self.cluster()
                + "; give all nodes the same list");
        case Answered(Candidate node, var ignored) when node.startDigest() != self.startDigest() -> reasons.add(
            node.id() + " starts from other data than " + self.id()
                + "; restore the same snapshot on all nodes, or on none");
        case Answered ignored -> {
        }
      }
    }
    if (!reasons.isEmpty()) {
      return new Decision.Wait(waitingFor, reasons);
    }
    Map<NodeId, Long> now = incarnations(self, answers);
    if (!now.equals(previous)) {
      return new Decision.Wait(List.of(), List.of());
    }
    return new Decision.Form(FormedRecord.forming(members(self, answers), self.startDigest()));
  }

  /** Who answered with which incarnation in a round that found everyone and nothing in the way; else null. */
  static @Nullable Map<NodeId, Long> completeRound(Candidate self, Decision decision, List<PeerAnswer> answers) {
    return decision instanceof Decision.Wait wait && wait.reasons().isEmpty() ? incarnations(self, answers) : null;
  }

  private static Map<NodeId, Long> incarnations(Candidate self, List<PeerAnswer> answers) {
    Map<NodeId, Long> incarnations = new TreeMap<>();
    incarnations.put(self.id(), self.identity().incarnation());
    for (PeerAnswer answer : answers) {
      if (answer instanceof Answered(Candidate node, var ignored)) {
        incarnations.put(node.id(), node.identity().incarnation());
      }
    }
    return incarnations;
  }

  private static @Nullable Decision decideByFormed(Candidate self, List<PeerAnswer> answers) {
    FormedRecord adopted = null;
    String refusal = null;
    for (PeerAnswer answer : answers) {
      if (!(answer instanceof Answered(Candidate node, FormedRecord formed)) || formed == null) {
        continue;
      }
      Member me = formed.initial().member(self.id());
      if (me != null && me.incarnation() == self.identity().incarnation()) {
        if (adopted != null && adopted.clusterId() != formed.clusterId()) {
          return new Decision.Wait(List.of(), List.of("the nodes belong to two clusters, "
              + Identity.hex(adopted.clusterId())
              + " and " + Identity.hex(formed.clusterId()) + ", both naming " + self.id()
              + "; one of them lost its directory while they formed: start that one with an empty directory again"));
        }
        adopted = formed;
      } else if (me != null) {
        refusal = "cluster " + Identity.hex(formed.clusterId()) + " knows " + self.id()
            + " with the data of incarnation "
            + Identity.hex(me.incarnation()) + ", and this data directory is incarnation "
            + Identity.hex(self.identity().incarnation()) + " (" + node.id() + " says so): what " + self.id()
            + " had promised is not here, so it does not start. Give --data the directory that it had; if that is lost, "
            + DataDirectory.byHand(self.id());
      }
    }
    if (adopted != null) {
      return new Decision.Form(new FormedRecord(FormedRecord.State.FORMING, adopted.clusterId(), adopted.startDigest(),
          adopted.initial()));
    }
    return refusal == null ? null : new Decision.Refuse(refusal);
  }

  private static Configuration members(Candidate self, List<PeerAnswer> answers) {
    List<Member> members = new ArrayList<>();
    members.add(member(self));
    for (PeerAnswer answer : answers) {
      if (answer instanceof Answered(Candidate node, var ignored)) {
        members.add(member(node));
      }
    }
    return new Configuration(members);
  }

  private static Member member(Candidate node) {
    String peerAddress = node.cluster().get(node.id());
    if (peerAddress == null) {
      throw new IllegalStateException(node.id() + " is not in its own --cluster");
    }
    return new Member(node.id(), node.identity().incarnation(), true, peerAddress, node.clientAddress(),
        node.priority(),
        node.zone());
  }
}
