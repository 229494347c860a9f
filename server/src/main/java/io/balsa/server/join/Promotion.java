package io.balsa.server.join;

import io.balsa.proto.internal.v1.NotJoined;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.raft.action.Role;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.NodeStatus;
import io.balsa.server.identity.Identity;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that took the place of a voter asks the leader, again and again, to make it one, until it is: the leader refuses as long as it
 * has not caught up (I3). Runs on a thread of its own; {@link #trouble} may be asked by any.
 */
public final class Promotion implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Promotion.class);
  private static final long ROUND_MILLIS = 500;

  private final Identity self;
  private final Supplier<NodeStatus> status;
  private final CountDownLatch stop;
  private final LeaderSearch<PromotionResponse> search;
  private volatile String trouble;

  /** @param stop ends it */
  public Promotion(Identity self, long clusterId, Supplier<NodeStatus> status, JoinQuestions questions,
      CountDownLatch stop) {
    this.self = self;
    this.status = status;
    this.stop = stop;
    PromotionRequest request = PromotionRequest.newBuilder().setClusterId(clusterId).setId(self.id().value())
        .setIncarnation(self.incarnation()).build();
    this.search = new LeaderSearch<>(seat -> questions.promote(seat, request),
        answer -> answer.getVoter() ? null : answer.getNotYet(), stop);
    this.trouble = "it has not asked yet";
  }

  /** Why it is no voter yet; empty: it is one. */
  public String trouble() {
    return trouble;
  }

  @Override
  public void run() {
    try {
      while (!isVoter() && !stop.await(ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
        ask();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isVoter() {
    Configuration committed = status.get().committedConfiguration();
    boolean voter = committed.binds(self.id(), self.incarnation()) && committed.isVoter(self.id());
    if (voter) {
      log.info("{} is a voter again", self.id());
      trouble = "";
    }
    return voter;
  }

  private void ask() throws InterruptedException {
    NodeStatus now = status.get();
    NodeId leader = now.leader();
    Member member = leader == null ? null : now.configuration().member(leader);
    if (member == null || now.role() == Role.LEADER) {
      trouble = "no leader is known";
      return;
    }
    trouble = switch (search.round(List.of(new Seat(member.id(), member.peerAddress())))) {
      case LeaderSearch.Outcome.Done<PromotionResponse> ignored -> "its promotion is on its way";
      case LeaderSearch.Outcome.NotYet<PromotionResponse>(NotJoined ignored, List<String> reasons) ->
        String.join("; ", reasons);
      case LeaderSearch.Outcome.Never<PromotionResponse>(String message) -> message;
    };
  }
}
