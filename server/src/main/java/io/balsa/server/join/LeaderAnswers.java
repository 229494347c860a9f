package io.balsa.server.join;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.raft.action.MembershipRejection;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.MembershipCallback;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.config.Labels;
import io.balsa.server.config.Replacement;
import io.balsa.server.identity.DataDirectory;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does for nodes that want to be members, or voters. Whoever does not lead says who does. Nothing is remembered between
 * two requests: what has been done stands in the log, so that any later leader goes on from there, and a request that is repeated
 * because its answer was lost finds it done.
 *
 * <p>Thread-safe: the core decides, one change after the other.
 */
public final class LeaderAnswers implements MembershipRequests {

  /** For how long there was no connection with an incarnation, in nanoseconds. */
  public interface Silence {
    long nanos(NodeId id, long incarnation);
  }

  /** Changes the membership, if this node leads. */
  public interface Changes {
    void change(MembershipChange change, MembershipCallback callback);
  }

  private final Identity self;
  private final FormedRecord formed;
  private final Supplier<NodeStatus> status;
  private final Changes changes;
  private final Silence silence;
  private final Replacement replacement;

  public LeaderAnswers(Identity self, FormedRecord formed, Supplier<NodeStatus> status, Changes changes,
      Silence silence, Replacement replacement) {
    this.self = self;
    this.formed = formed;
    this.status = status;
    this.changes = changes;
    this.silence = silence;
    this.replacement = replacement;
  }

  // ---- one that an operator has added

  @Override
  public void join(JoinRequest request, Consumer<JoinResponse> answer) {
    NodeStatus now = status.get();
    NotJoined.Builder not = notLeading(now);
    if (not == null) {
      not = refusalOf(request, now);
    }
    if (not != null) {
      answer.accept(not(not));
      return;
    }
    NodeId id = new NodeId(request.getId());
    Member member = now.configuration().member(id);
    if (member != null && member.isReserved()) {
      changes.change(new MembershipChange.Bind(id, request.getIncarnation(), request.getPeerAddress(),
          request.getClientAddress()), new Changed(answer) {
            @Override
            public void applied(Configuration configuration, long index) {
              label(request, new KnownMembers(formed.clusterId(), index, configuration), answer);
            }
          });
    } else if (committed(now).binds(id, request.getIncarnation())) {
      label(request, known(now), answer);
    } else {
      answer.accept(not(wait("the entry that makes " + id + " a member is not committed yet")));
    }
  }

  private NotJoined.@Nullable Builder refusalOf(JoinRequest request, NodeStatus now) {
    String problem = MemberChecks.idProblem(request.getId());
    if (problem == null && request.getIncarnation() == Member.RESERVED) {
      problem = request.getId() + " comes without an incarnation";
    }
    if (problem == null) {
      problem = Labels.zoneProblem(request.getZone());
    }
    if (problem != null) {
      return JoinCodec.not(JoinCodec.BAD_REQUEST, problem);
    }
    NodeId id = new NodeId(request.getId());
    Member member = now.configuration().member(id);
    if (request.getStartDigest() != 0) {
      return JoinCodec.not(JoinCodec.BAD_REQUEST, "a snapshot was restored into the data directory of " + id
          + ", and a node that joins gets everything from the cluster: start it with an empty directory");
    }
    if (member == null) {
      return JoinCodec.not(JoinCodec.NOT_ADDED, id + " is no member of cluster " + Identity.hex(formed.clusterId())
          + " yet; add it: balsa member add " + id + " " + request.getPeerAddress() + otherClientAddress(request));
    }
    if (!member.isReserved() && member.incarnation() != request.getIncarnation()) {
      return JoinCodec.not(JoinCodec.WRONG_INCARNATION, "cluster " + Identity.hex(formed.clusterId()) + " knows " + id
          + " with the data of incarnation " + Identity.hex(member.incarnation()) + ", and this data directory is"
          + " incarnation " + Identity.hex(request.getIncarnation())
          + ". Give --data the directory that it had; if that"
          + " is lost, " + DataDirectory.byHand(id));
    }
    String wrong = MemberChecks.problem(labelled(request, new Member(id, request.getIncarnation(), member.voter(),
        request.getPeerAddress(), request.getClientAddress(), member.priority(), member.zone())), now.configuration());
    return wrong == null ? null : JoinCodec.not(JoinCodec.BAD_REQUEST, wrong);
  }

  private static String otherClientAddress(JoinRequest request) {
    return request.getClientAddress().equals(request.getPeerAddress()) ? ""
        : " --client-address " + request.getClientAddress();
  }

  private static Member labelled(JoinRequest request, Member member) {
    return new Member(member.id(), member.incarnation(), member.voter(), member.peerAddress(), member.clientAddress(),
        request.hasPriority() ? request.getPriority() : member.priority(),
        request.hasZone() ? request.getZone() : member.zone());
  }

  /** It is a member; the labels that it was started with are to stand in its record. */
  private void label(JoinRequest request, KnownMembers members, Consumer<JoinResponse> answer) {
    NodeId id = new NodeId(request.getId());
    Member member = members.configuration().member(id);
    if (member == null) {
      throw new IllegalStateException(id + " was bound and is no member");
    }
    Member wanted = labelled(request, member);
    if (wanted.equals(member)) {
      answer.accept(joined(members, null));
      return;
    }
    changes.change(new MembershipChange.Update(id, wanted.peerAddress(), wanted.clientAddress(), wanted.priority(),
        wanted.zone()), new Changed(answer) {
          @Override
          public void applied(Configuration configuration, long index) {
            answer.accept(joined(new KnownMembers(formed.clusterId(), index, configuration), null));
          }
        });
  }

  // ---- one that lost its log (I3)

  @Override
  public void replace(ReplaceRequest request, Consumer<JoinResponse> answer) {
    NodeStatus now = status.get();
    NotJoined.Builder not = notLeading(now);
    if (not == null) {
      not = notOfThisCluster(request.getId(), request.getClusterId());
    }
    if (not != null) {
      answer.accept(not(not));
      return;
    }
    NodeId id = new NodeId(request.getId());
    if (committed(now).binds(id, request.getNewIncarnation())) {
      answer.accept(joined(known(now), null));
      return;
    }
    Member member = now.configuration().member(id);
    if (member == null || !now.configuration().binds(id, request.getOldIncarnation())) {
      boolean decided = !committed(now).binds(id, request.getOldIncarnation())
          && !now.configuration().binds(id, request.getNewIncarnation());
      answer.accept(not(decided ? JoinCodec.not(JoinCodec.REMOVED, removed(id, request.getOldIncarnation()))
          : wait("the change that concerns " + id + " is not committed yet")));
      return;
    }
    NotJoined.Builder tooEarly = tooEarly(id, request.getOldIncarnation());
    if (tooEarly != null) {
      answer.accept(not(tooEarly.setVoter(member.voter())));
      return;
    }
    changes.change(new MembershipChange.Replace(id, request.getOldIncarnation(), request.getNewIncarnation()),
        new Changed(answer) {
          @Override
          public void applied(Configuration configuration, long index) {
            answer.accept(joined(new KnownMembers(formed.clusterId(), index, configuration), member.voter()));
          }
        });
  }

  private NotJoined.@Nullable Builder tooEarly(NodeId id, long oldIncarnation) {
    if (new Identity(id, oldIncarnation).equals(self)) {
      return wait(id + " with this very incarnation runs, and leads: a copy of its data directory must not be started");
    }
    if (!replacement.automatic()) {
      return wait("the leader, " + self.id() + ", was started with --auto-replace off; " + DataDirectory.byHand(id));
    }
    long silentMillis = TimeUnit.NANOSECONDS.toMillis(silence.nanos(id, oldIncarnation));
    return silentMillis >= replacement.afterMillis() ? null
        : wait("the leader, " + self.id() + ", has had no connection with the old " + id + " for " + silentMillis
            + " ms; it is replaced after " + replacement.afterMillis() + " ms");
  }

  private static String removed(NodeId id, long incarnation) {
    return id + " with the data of incarnation " + Identity.hex(incarnation)
        + " was removed from the cluster, so it is not replaced by itself. To run " + id
        + " again, add it ('balsa member add') and start it with an empty data directory";
  }

  // ---- a learner that replaced a voter

  @Override
  public void promote(PromotionRequest request, Consumer<PromotionResponse> answer) {
    NodeStatus now = status.get();
    NotJoined.Builder not = notLeading(now);
    if (not == null) {
      not = notOfThisCluster(request.getId(), request.getClusterId());
    }
    if (not != null) {
      answer.accept(notYet(not));
      return;
    }
    NodeId id = new NodeId(request.getId());
    Configuration committed = committed(now);
    if (!committed.binds(id, request.getIncarnation()) || !now.configuration().binds(id, request.getIncarnation())) {
      answer.accept(notYet(JoinCodec.not(JoinCodec.REMOVED, removed(id, request.getIncarnation()))));
    } else if (committed.isVoter(id)) {
      answer.accept(PromotionResponse.newBuilder().setVoter(true).build());
    } else {
      changes.change(new MembershipChange.Promote(id), new MembershipCallback() {
        @Override
        public void applied(Configuration configuration, long index) {
          answer.accept(PromotionResponse.newBuilder().setVoter(true).build());
        }

        @Override
        public void rejected(MembershipRejection why, String message) {
          answer.accept(notYet(LeaderAnswers.this.rejected(why, message)));
        }

        @Override
        public void unknown() {
          answer.accept(notYet(outcomeUnknown()));
        }
      });
    }
  }

  private static PromotionResponse notYet(NotJoined.Builder not) {
    return PromotionResponse.newBuilder().setNotYet(not).build();
  }

  // ---- what they have in common

  /** What became of a change: whatever went wrong, the node asks again. */
  private abstract class Changed implements MembershipCallback {
    private final Consumer<JoinResponse> answer;

    Changed(Consumer<JoinResponse> answer) {
      this.answer = answer;
    }

    @Override
    public void rejected(MembershipRejection why, String message) {
      answer.accept(not(LeaderAnswers.this.rejected(why, message)));
    }

    @Override
    public void unknown() {
      answer.accept(not(outcomeUnknown()));
    }
  }

  private NotJoined.Builder rejected(MembershipRejection why, String message) {
    return switch (why) {
      case NOT_LEADER, NO_LEADER -> {
        NotJoined.Builder not = notLeading(status.get());
        yield not == null ? JoinCodec.not(JoinCodec.NO_LEADER, message) : not;
      }
      default -> wait(message);
    };
  }

  private static NotJoined.Builder outcomeUnknown() {
    return JoinCodec.not(JoinCodec.NO_LEADER, "the leadership ended before the change was decided");
  }

  private static NotJoined.Builder wait(String why) {
    return JoinCodec.not(JoinCodec.WAIT, why);
  }

  private NotJoined.@Nullable Builder notLeading(NodeStatus now) {
    if (now.role() == Role.LEADER) {
      return null;
    }
    NodeId leader = now.leader();
    Member member = leader == null ? null : now.configuration().member(leader);
    if (leader == null || member == null || leader.equals(self.id())) {
      return JoinCodec.not(JoinCodec.NO_LEADER, self.id() + " knows no leader at the moment");
    }
    return JoinCodec.not(JoinCodec.NOT_LEADER, self.id() + " does not lead, " + leader + " does")
        .setLeaderId(leader.value()).setLeaderAddress(member.peerAddress());
  }

  private NotJoined.@Nullable Builder notOfThisCluster(String id, long clusterId) {
    String problem = MemberChecks.idProblem(id);
    if (problem != null) {
      return JoinCodec.not(JoinCodec.BAD_REQUEST, problem);
    }
    return clusterId == formed.clusterId() ? null
        : JoinCodec.not(JoinCodec.WRONG_CLUSTER, self.id() + " is of cluster " + Identity.hex(formed.clusterId())
            + ", and " + id + " of cluster " + Identity.hex(clusterId)
            + "; the data directory of another cluster was given, or a wrong address");
  }

  private static Configuration committed(NodeStatus now) {
    return now.committedConfiguration();
  }

  private KnownMembers known(NodeStatus now) {
    return new KnownMembers(formed.clusterId(), now.committedConfigurationIndex(), now.committedConfiguration());
  }

  private static JoinResponse not(NotJoined.Builder not) {
    return JoinResponse.newBuilder().setNotJoined(not).build();
  }

  private JoinResponse joined(KnownMembers members, @Nullable Boolean wasVoter) {
    JoinResponse.Builder response = JoinResponse.newBuilder().setJoined(JoinCodec.joined(formed, members));
    if (wasVoter != null) {
      response.getJoinedBuilder().setWasVoter(wasVoter);
    }
    return response.build();
  }
}
