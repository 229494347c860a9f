package io.balsa.server.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.Joined;
import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.server.identity.FormedRecord;
import io.balsa.server.identity.Identity;
import io.balsa.server.identity.KnownMembers;
import io.balsa.server.identity.ReplacementRecord;
import io.balsa.server.identity.StartRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a node finds the leader among those that it knows, and what it believes. */
class JoiningTest {
  private static final Identity SELF = new Identity(new NodeId("n4"), 4);
  private static final FormedRecord FORMED = FormedRecord
      .forming(new Configuration(List.of(new Member(new NodeId("n1"), 1, true, "a", "a"))), 0);

  private final Map<String, JoinResponse> answers = new TreeMap<>();
  private final List<String> asked = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final JoinQuestions questions = new JoinQuestions() {
    @Override
    public CompletableFuture<JoinResponse> join(Seat at, JoinRequest request) {
      asked.add(at.address());
      JoinResponse answer = answers.get(at.address());
      return answer == null ? CompletableFuture.failedFuture(new IllegalStateException("connection refused"))
          : CompletableFuture.completedFuture(answer);
    }

    @Override
    public CompletableFuture<JoinResponse> replace(Seat at, ReplaceRequest request) {
      return join(at, JoinRequest.getDefaultInstance());
    }

    @Override
    public CompletableFuture<PromotionResponse> promote(Seat at, PromotionRequest request) {
      throw new AssertionError(request);
    }
  };

  private Joining joining(String... addresses) {
    return Joining.asAdded(JoinRequest.getDefaultInstance(), SELF,
        List.of(addresses).stream().map(address -> new Seat(null, address)).toList(), questions, stop);
  }

  private static JoinResponse not(String reason, String message, String leaderAddress) {
    return JoinResponse.newBuilder().setNotJoined(NotJoined.newBuilder().setReason(reason).setMessage(message)
        .setLeaderId("n9").setLeaderAddress(leaderAddress)).build();
  }

  private static JoinResponse joined(FormedRecord formed, Member... members) {
    return JoinResponse.newBuilder().setJoined(
        JoinCodec.joined(formed, new KnownMembers(formed.clusterId(), 12, new Configuration(List.of(members)))))
        .build();
  }

  private static Member self(long incarnation) {
    return new Member(SELF.id(), incarnation, false, "d", "d");
  }

  @Test
  void itGoesWhereTheLeaderIsSaidToBe() throws Exception {
    answers.put("b", not("NOT_LEADER", "n9 leads", "x"));
    answers.put("x", joined(FORMED, self(4)));
    Joining.Accepted accepted = joining("a", "b", "c").round();
    assertThat(accepted.members().index()).isEqualTo(12);
    assertThat(accepted.formed().origin()).isEqualTo(FormedRecord.Origin.JOINED);
    assertThat(accepted.formed().clusterId()).isEqualTo(FORMED.clusterId());
    assertThat(asked).as("a does not run, b knows, c is not bothered").containsExactly("a", "b", "x");
  }

  @Test
  void theLeaderThatLetItWaitIsTheFirstOfTheNextRound() throws Exception {
    answers.put("b", not("NOT_ADDED", "add it", ""));
    Joining joining = joining("a", "b", "c");
    assertThat(joining.round()).isNull();
    assertThat(joining.reasons()).containsExactly("add it");
    asked.clear();
    joining.round();
    assertThat(asked).containsExactly("b");
  }

  @Test
  void hintsInACircleEnd() throws Exception {
    answers.put("a", not("NOT_LEADER", "b leads", "b"));
    answers.put("b", not("NOT_LEADER", "a leads", "a"));
    Joining joining = joining("a", "b");
    assertThat(joining.round()).isNull();
    assertThat(asked).containsExactly("a", "b");
    assertThat(joining.reasons()).containsExactly("a: b leads", "b: a leads");
  }

  @Test
  void nobodyIsReached() throws Exception {
    Joining joining = joining("a", "b");
    assertThat(joining.round()).isNull();
    assertThat(joining.reasons()).containsExactly("a is not reached: connection refused",
        "b is not reached: connection refused");
  }

  @Test
  void nobodyIsAskedByANodeThatStops() throws Exception {
    stop.countDown();
    assertThat(joining("a", "b").round()).isNull();
    assertThat(asked).isEmpty();
  }

  @Test
  void whatCanNeverBeEndsTheStart() {
    answers.put("a", not("WRONG_INCARNATION", "give it the directory that it had", ""));
    assertThatThrownBy(joining("a")::round).isInstanceOf(StartRefused.class)
        .hasMessage("give it the directory that it had");
  }

  /** Nothing is built on an answer that does not name this very incarnation, or is of another cluster. */
  @Test
  void anAnswerThatCannotBeTrueIsNotBelieved() throws Exception {
    answers.put("a", joined(FORMED, self(5)));
    Joining joining = joining("a");
    assertThat(joining.round()).isNull();
    assertThat(joining.reasons().toString()).contains("cannot be true", "n4 is none of the members");
    answers.put("a", JoinResponse.newBuilder().setJoined(Joined.newBuilder()
        .setConfiguration(ByteString.copyFromUtf8("?"))).build());
    assertThat(joining.round()).isNull();
    ReplacementRecord lost = new ReplacementRecord(new Identity(SELF.id(), 3), 4, true, "lost", FORMED, null);
    FormedRecord other = FormedRecord.forming(FORMED.initial(), 8);
    answers.put("a", joined(other, self(4)));
    Joining replacing = Joining.inPlaceOf(lost, List.of(new Seat(null, "a")), questions, stop);
    assertThat(replacing.round()).isNull();
    assertThat(replacing.reasons().toString()).contains("it is of cluster");
    answers.put("a", joined(FORMED, self(4)));
    assertThat(replacing.round()).isNotNull();
  }
}
