package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.core.PeerStatus;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.MembershipChange.AddLearner;
import io.balsa.raft.log.MembershipChange.Remove;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.node.DrivenNode.Answers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever asks a node for another membership hears what became of it, once; and the node's owner hears who is a member. */
class ChangeMembershipTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N4 = new NodeId("n4");
  private static final AddLearner ADD = new AddLearner(new Member(N4, 4, false, "n4:1", "n4:2"));

  private final DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);

  private static Answers changeThatIsNotCommitted(DrivenNode node) throws IOException {
    node.lead();
    node.peersAnswer = false;
    Answers answers = node.change(ADD);
    node.pass(20);
    assertThat(answers.heard).isEmpty();
    return answers;
  }

  /** Another leader overwrites everything after the no-op with an entry of its own. */
  private static void overwrite(DrivenNode node, EntryType type) throws IOException {
    long term = node.node.status().term();
    Bytes payload = type == EntryType.CONFIGURATION ? node.node.status().committedConfiguration().encode()
        : Bytes.EMPTY;
    Entry entry = new Entry(type, term + 1, 2, 1L << 50, payload);
    node.node.receive(N1, 1, new AppendEntries(term + 1, new LogId(term, 1), List.of(entry), 2));
    node.pass(20);
  }

  @Test
  void itIsAppliedWithItsIndex() throws IOException {
    driven.lead();
    Answers answers = driven.change(ADD);
    driven.pass(30);
    assertThat(answers.heard).containsExactly("n1n2n3(n4) at 2");
    assertThat(driven.node.status().committedConfiguration()).isEqualTo(driven.node.status().configuration());
    assertThat(driven.node.status().committedConfigurationIndex()).isEqualTo(2);
  }

  @Test
  void itIsRejectedAtOnceInsideThePoll() throws IOException {
    Answers early = driven.change(ADD);
    driven.pass(10);
    assertThat(early.heard).containsExactly("NO_LEADER");
    driven.lead();
    driven.peersAnswer = false;
    Answers first = driven.change(ADD);
    Answers second = driven.change(new Remove(N1, 1));
    driven.pass(10);
    assertThat(first.heard).isEmpty();
    assertThat(second.heard).containsExactly("CHANGE_UNDER_WAY");
  }

  /** E1: what is applied at its index is of another term, be it a configuration or not. */
  @Test
  void whatAnotherLeaderOverwroteIsUnknown() throws IOException {
    for (EntryType type : List.of(EntryType.NOOP, EntryType.CONFIGURATION)) {
      DrivenNode other = new DrivenNode(NodeConfig.DEFAULT);
      Answers answers = changeThatIsNotCommitted(other);
      overwrite(other, type);
      assertThat(answers.heard).as("%s", type).containsExactly("unknown");
    }
  }

  @Test
  void aNodeThatEndsCannotSay() throws IOException {
    Answers underWay = changeThatIsNotCommitted(driven);
    Answers unseen = driven.change(ADD);
    driven.node.abandonAll();
    assertThat(underWay.heard).containsExactly("unknown");
    assertThat(unseen.heard).containsExactly("NO_LEADER");
    assertThat(driven.change(ADD).heard).containsExactly("NO_LEADER");
  }

  /** E2: a cluster that is overloaded may need another member most. */
  @Test
  void itIsExemptFromTheBoundOnProposals() throws IOException {
    DrivenNode full = new DrivenNode(DrivenNode.config(1, 1));
    full.lead();
    Answers proposed = full.propose();
    assertThat(full.propose().heard).containsExactly("OVERLOADED");
    Answers change = full.change(ADD);
    full.pass(30);
    assertThat(proposed.heard).hasSize(1);
    assertThat(change.heard).containsExactly("n1n2n3(n4) at 2");
  }

  /** There may be a link to be made before anything is sent. */
  @Test
  void theOwnerHearsOfAMemberBeforeAnythingIsSentToIt() throws IOException {
    driven.pass(10);
    assertThat(driven.told).containsExactly("n1n2n3, committed n1n2n3 at 0");
    driven.lead();
    driven.told.clear();
    driven.change(ADD);
    driven.pass(30);
    assertThat(driven.told.get(0)).isEqualTo("n1n2n3(n4), committed n1n2n3 at 0");
    assertThat(driven.told).contains("to n4", "n1n2n3(n4), committed n1n2n3(n4) at 2");
  }

  @Test
  void theOwnerHearsThatAChangeIsReverted() throws IOException {
    changeThatIsNotCommitted(driven);
    driven.told.clear();
    overwrite(driven, EntryType.NOOP);
    assertThat(driven.told).contains("n1n2n3, committed n1n2n3 at 0");
  }

  @Test
  void theOwnerHearsOfAPeerThatForgot() throws IOException {
    driven.lead();
    driven.pass(100);
    Answers proposed = driven.propose();
    driven.pass(30);
    assertThat(proposed.heard).hasSize(1);
    driven.peersAnswer = false;
    driven.pass(200);
    driven.node.receive(N1, 1, new HeartbeatReply(driven.node.status().term(), 1_000, 1));
    driven.pass(10);
    assertThat(driven.told).contains("n1 forgot 2 1");
    driven.pass(60);
    assertThat(driven.node.status().peers()).filteredOn(PeerStatus::hasForgotten).hasSize(1);
  }

  /** Its last entries are in no log of the others: nobody will ever tell it what became of them. */
  @Test
  void whoeverWaitsAtARemovedLeaderIsTold() throws IOException {
    driven.lead();
    driven.pass(200);
    Answers removed = driven.change(new Remove(DrivenNode.SELF, 1));
    driven.peersAnswer = false;
    driven.node.pollConsensus(() -> driven.nowNanos);
    Answers late = driven.propose();
    driven.pass(10);
    long term = driven.node.status().term();
    for (NodeId peer : List.of(N1, new NodeId("n3"))) {
      driven.node.receive(peer, 1, new AppendEntriesAccepted(term, 2));
    }
    driven.pass(20);
    assertThat(removed.heard).containsExactly("n1n3 at 2");
    assertThat(late.heard).isEmpty();
    assertThat(driven.node.status().role()).isEqualTo(Role.LEADER);
    driven.pass(2_000);
    assertThat(driven.node.status().role()).isEqualTo(Role.LEARNER);
    assertThat(late.heard).containsExactly("unknown");
    driven.node.receive(N1, 1, new Heartbeat(term + 1, 0, 1));
    driven.pass(10);
    assertThat(late.heard).hasSize(1);
  }
}
