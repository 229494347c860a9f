package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.Command;
import io.balsa.proto.internal.v1.Renewed;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.LogId;
import io.balsa.raft.node.PendingProposal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** T5: one entry for all that waits, and each is answered when it is applied. */
class RenewalCollectorTest {
  private static final LogId AT = new LogId(1, 1);

  private final List<String> told = new ArrayList<>();
  private final List<Long> acknowledged = new ArrayList<>();
  private final RenewalCollector collector = new RenewalCollector(FakeConsensus.SELF, acknowledged::add);

  private void renew(String who, long session, long lowestAwaited) {
    collector.renew(session, lowestAwaited, new RenewalCallback() {
      @Override
      public void renewed(long revision, long ttlMillis) {
        told.add(who + " " + ttlMillis + " at " + revision);
      }

      @Override
      public void gone() {
        told.add(who + " gone");
      }

      @Override
      public void failed(Error error) {
        told.add(who + " " + error.getReason());
      }
    });
  }

  private static Command command(PendingProposal<Result> proposal) throws Exception {
    return Command.parseFrom(proposal.payload().array());
  }

  @Test
  void allThatWaitsBecomesOneEntry() throws Exception {
    collector.leads();
    renew("a", 5, 3);
    renew("b", 6, 0);
    renew("a again", 5, 2);
    PendingProposal<Result> proposal = collector.take();
    assertThat(command(proposal).getRenew().getRenewalsList()).extracting(r -> r.getId() + " " + r.getLowestAwaited())
        .containsExactly("5 3", "6 0");
    assertThat(collector.take()).isNull();
    assertThat(told).isEmpty();
    proposal.callback().applied(AT, Result.newBuilder().setRevision(9)
        .setRenewed(Renewed.newBuilder().addTtlMillis(1000).addTtlMillis(0)).build());
    assertThat(told).containsExactly("a 1000 at 9", "a again 1000 at 9", "b gone");
    assertThat(acknowledged).as("S4: their streams may go on").containsExactly(5L, 6L);
  }

  @Test
  void aFollowerTakesNone() {
    renew("a", 5, 0);
    assertThat(told).containsExactly("a NO_LEADER");
    collector.leads();
    collector.follows(Errors.error(Reason.NOT_LEADER, "n2 does"));
    renew("b", 5, 0);
    assertThat(told).endsWith("b NOT_LEADER");
    assertThat(collector.take()).isNull();
  }

  @Test
  void whoLosesItsLeadershipAnswersWhatWaits() {
    collector.leads();
    renew("a", 5, 0);
    collector.follows(Errors.error(Reason.NOT_LEADER, "n2 does"));
    assertThat(told).containsExactly("a NOT_LEADER");
    assertThat(collector.take()).isNull();
  }

  @Test
  void whatIsTakenIsAnsweredWhateverBecomesOfIt() {
    collector.leads();
    renew("a", 5, 0);
    collector.take().callback().unknown();
    renew("b", 5, 0);
    collector.take().callback().rejected(Rejection.STOPPING);
    assertThat(told).containsExactly("a OUTCOME_UNKNOWN", "b STOPPING");
  }

  /** A leader that hands over takes no proposals: its clients are not sent away for that, nor left without an answer. */
  @Test
  void whatIsTurnedDownWhileLeadershipIsHandedOverWaitsForTheNextEntry() throws Exception {
    collector.leads();
    renew("a", 5, 3);
    renew("b", 6, 0);
    PendingProposal<Result> turnedDown = collector.take();
    renew("a again", 5, 4);
    turnedDown.callback().rejected(Rejection.NO_LEADER);
    assertThat(told).isEmpty();
    PendingProposal<Result> next = collector.take();
    assertThat(command(next).getRenew().getRenewalsList()).extracting(r -> r.getId() + " " + r.getLowestAwaited())
        .containsExactly("5 4", "6 0");
    next.callback().rejected(Rejection.NO_LEADER);
    collector.follows(Errors.error(Reason.NOT_LEADER, "n2 does"));
    assertThat(told).containsExactlyInAnyOrder("a NOT_LEADER", "a again NOT_LEADER", "b NOT_LEADER");
  }

  @Test
  void whatIsTurnedDownBecauseSomebodyElseLeadsIsTold() {
    collector.leads();
    renew("a", 5, 0);
    PendingProposal<Result> taken = collector.take();
    collector.follows(Errors.error(Reason.NOT_LEADER, "n2 does"));
    taken.callback().rejected(Rejection.NOT_LEADER);
    assertThat(told).containsExactly("a NO_LEADER");
    assertThat(collector.take()).isNull();
  }
}
