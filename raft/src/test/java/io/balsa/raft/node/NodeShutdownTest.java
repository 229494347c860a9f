package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Rejection;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.node.DrivenNode.Answers;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Whoever waits when a node ends, or comes after that, is told: once. */
class NodeShutdownTest {
  private final DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);

  @Test
  void whoeverWaitsIsTold() throws IOException {
    driven.lead();
    driven.peersAnswer = false;
    Answers proposed = driven.propose();
    Answers read = driven.read();
    Answers transfer = new Answers();
    driven.node.transferLeadership(new NodeId("n1"), transfer);
    driven.pass(20);
    Answers proposedUnseen = driven.propose();
    Answers readUnseen = driven.read();
    driven.node.abandonAll();
    assertThat(proposed.heard).containsExactly("NO_LEADER");
    assertThat(read.heard).containsExactly(Rejection.STOPPING.name());
    assertThat(transfer.heard).containsExactly(RaftNode.STOPPING);
    assertThat(proposedUnseen.heard).containsExactly(Rejection.STOPPING.name());
    assertThat(readUnseen.heard).containsExactly(Rejection.STOPPING.name());
  }

  @Test
  void whatIsInTheLogAndUndecidedIsUnknown() throws IOException {
    driven.lead();
    driven.peersAnswer = false;
    Answers proposed = driven.propose();
    driven.pass(20);
    driven.node.abandonAll();
    assertThat(proposed.heard).containsExactly("unknown");
  }

  @Test
  void whoeverComesAfterItIsToldAtOnce() throws IOException {
    driven.lead();
    driven.node.abandonAll();
    Answers transfer = new Answers();
    driven.node.transferLeadership(DrivenNode.SELF, transfer);
    assertThat(driven.read().heard).containsExactly(Rejection.STOPPING.name());
    assertThat(driven.propose().heard).containsExactly(Rejection.STOPPING.name());
    assertThat(transfer.heard).containsExactly(RaftNode.STOPPING);
  }

  /** A call that saw the node alive, and whose letter comes when nobody will open it any more. */
  @Test
  void aClosedMailboxKeepsNothing() {
    Mailbox<String> mailbox = new Mailbox<>(10);
    Answers answers = new Answers();
    assertThat(mailbox.addProposal(new PendingProposal<>(Bytes.EMPTY, answers))).isTrue();
    assertThat(mailbox.close().proposals).hasSize(1);
    assertThat(mailbox.addProposal(new PendingProposal<>(Bytes.EMPTY, answers))).isFalse();
    assertThat(mailbox.addRead(answers)).isFalse();
    assertThat(mailbox.addTransfer(new Mailbox.Transfer(DrivenNode.SELF, answers))).isFalse();
    assertThat(mailbox.take().proposals).isEmpty();
  }
}
