package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.node.DrivenNode.Answers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private static final long HOLD_MAX = 2_000_000;
  private static final int ABOVE = 8;
  private static final long NOW = -5;

  private final GroupCommit<String> groupCommit = new GroupCommit<>(HOLD_MAX, ABOVE);
  private final DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);

  @Test
  void whatFindsNextToNothingUnderWayGoesAtOnce() {
    List<PendingProposal<String>> arrived = proposals(3, 1);
    assertThat(groupCommit.gather(arrived, ABOVE, NOW)).isEqualTo(arrived);
    assertThat(groupCommit.isHolding()).isFalse();
    assertThat(groupCommit.nanosLeft(NOW)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whatIsHeldGoesInOrderWhenWhatIsUnderWayIsCommitted() {
    List<PendingProposal<String>> first = proposals(3, 1);
    List<PendingProposal<String>> second = proposals(2, 1);
    List<PendingProposal<String>> last = proposals(1, 1);
    assertThat(groupCommit.gather(first, ABOVE + 1, NOW)).isEmpty();
    assertThat(groupCommit.gather(second, ABOVE + 1, NOW + 1)).isEmpty();
    assertThat(groupCommit.gather(last, ABOVE, NOW + 2))
        .containsExactlyElementsOf(joined(List.of(first, second, last)));
    assertThat(groupCommit.gather(List.of(), ABOVE + 1, NOW + 3)).isEmpty();
    assertThat(groupCommit.takeAll()).isEmpty();
  }

  /** The bound counts from the first of them, not from the last. */
  @Test
  void nothingIsHeldLongerThanTheBound() {
    List<PendingProposal<String>> first = proposals(1, 1);
    List<PendingProposal<String>> second = proposals(1, 1);
    assertThat(groupCommit.gather(first, 100, NOW)).isEmpty();
    assertThat(groupCommit.nanosLeft(NOW + 1)).isEqualTo(HOLD_MAX - 1);
    assertThat(groupCommit.gather(second, 100, NOW + HOLD_MAX - 1)).isEmpty();
    assertThat(groupCommit.gather(List.of(), 100, NOW + HOLD_MAX))
        .containsExactlyElementsOf(joined(List.of(first, second)));
    assertThat(groupCommit.gather(proposals(1, 1), 100, NOW + HOLD_MAX)).isEmpty();
    assertThat(groupCommit.nanosLeft(NOW + HOLD_MAX)).isEqualTo(HOLD_MAX);
  }

  @Test
  void enoughOfThemGoAtOnce() {
    assertThat(groupCommit.gather(proposals(GroupCommit.ENOUGH - 1, 1), 100, NOW)).isEmpty();
    assertThat(groupCommit.gather(proposals(1, 1), 100, NOW)).hasSize(GroupCommit.ENOUGH);
    int half = (int) (GroupCommit.ENOUGH_BYTES / 2);
    assertThat(groupCommit.gather(proposals(1, half), 100, NOW)).isEmpty();
    assertThat(groupCommit.gather(proposals(1, half), 100, NOW)).hasSize(2);
    assertThat(groupCommit.gather(proposals(1, half), 100, NOW)).isEmpty();
  }

  @Test
  void aBoundOfZeroHoldsNothing() {
    assertThat(new GroupCommit<String>(0, 0).gather(proposals(1, 1), 100, NOW)).hasSize(1);
  }

  @Test
  void aLeaderHoldsWhatArrivesWhileEntriesAreUnderWayAndComesBackForItByItself() throws IOException {
    leadWithEntriesUnderWay();
    long last = driven.node.status().lastIndex();
    Answers held = driven.propose();
    driven.poll();
    assertThat(driven.node.status().lastIndex()).isEqualTo(last);
    assertThat(driven.node.consensusDueNanos(driven.nowNanos)).isEqualTo(HOLD_MAX);
    driven.nowNanos += HOLD_MAX;
    driven.poll();
    assertThat(driven.node.status().lastIndex()).isEqualTo(last + 1);
    assertThat(held.heard).isEmpty();
  }

  @Test
  void aNodeThatStopsPutsWhatItHeldIntoTheLog() throws IOException {
    leadWithEntriesUnderWay();
    long last = driven.node.status().lastIndex();
    Answers held = driven.propose();
    driven.poll();
    driven.node.stopProposals();
    driven.poll();
    assertThat(driven.node.status().lastIndex()).as("accepted before it stopped").isEqualTo(last + 1);
    assertThat(held.heard).isEmpty();
  }

  @Test
  void whoIsHeldWhenLeadershipIsLostIsRejectedAtOnce() throws IOException {
    leadWithEntriesUnderWay();
    long last = driven.node.status().lastIndex();
    Answers held = driven.propose();
    driven.poll();
    long laterTerm = driven.node.status().term() + 1;
    driven.node.receive(new NodeId("n1"), 1, new Heartbeat(laterTerm, 0, 1));
    driven.poll();
    assertThat(held.heard).containsExactly(Rejection.NOT_LEADER.name());
    assertThat(driven.node.status().lastIndex()).isEqualTo(last);
  }

  @Test
  void whoIsHeldWhenTheNodeEndsIsToldOnce() throws IOException {
    leadWithEntriesUnderWay();
    Answers held = driven.propose();
    driven.poll();
    driven.node.abandonAll();
    assertThat(held.heard).containsExactly(Rejection.STOPPING.name());
  }

  /** A proposal that comes after the mailbox was emptied, and before the poll decides to hold, must not count on this poll. */
  @Test
  void whoeverComesInTheMiddleOfAPollWakesTheRaftThread() throws IOException {
    leadWithEntriesUnderWay();
    List<Stage> woken = new ArrayList<>();
    driven.node.setSignals(woken::add);
    driven.propose();
    assertThat(woken).as("nothing is held yet").containsExactly(Stage.CONSENSUS);
    driven.poll();
    woken.clear();
    driven.propose();
    assertThat(woken).as("it comes back by itself").isEmpty();
    boolean[] proposed = {false};
    driven.node.pollConsensus(() -> {
      if (!proposed[0]) {
        proposed[0] = true;
        driven.propose();
      }
      return driven.nowNanos;
    });
    assertThat(woken).as("the mailbox is empty already").containsExactly(Stage.CONSENSUS);
  }

  private void leadWithEntriesUnderWay() throws IOException {
    driven.lead();
    driven.peersAnswer = false;
    for (int i = 0; i <= ABOVE; i++) {
      driven.propose();
    }
    driven.poll();
  }

  private static List<PendingProposal<String>> proposals(int count, int bytes) {
    List<PendingProposal<String>> proposals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      proposals.add(new PendingProposal<>(Bytes.wrap(new byte[bytes]), new Answers()));
    }
    return proposals;
  }

  private static List<PendingProposal<String>> joined(List<List<PendingProposal<String>>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }
}
