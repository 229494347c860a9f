package io.balsa.raft.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.node.DrivenNode.Answers;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads at any node: what waits for what, and who is told that it waits in vain. */
class NodeReadsTest {
  private static final NodeId LEADER = new NodeId("n1");

  private final DrivenNode driven = new DrivenNode(NodeConfig.DEFAULT);

  /** It follows n1 in term 1. */
  private void follow() throws IOException {
    driven.node.receive(LEADER, 1, new Heartbeat(1, 0, 1));
    driven.pass(20);
    assertThat(driven.node.status().leader()).isEqualTo(LEADER);
  }

  private void append(long index, long commit) {
    Entry entry = new Entry(EntryType.COMMAND, 1, index, 0, Bytes.wrap(new byte[]{1}));
    driven.node.receive(LEADER, 1,
        new AppendEntries(1, new LogId(index == 1 ? 0 : 1, index - 1), List.of(entry), commit));
  }

  @Test
  void aFollowerServesAReadWhenItHasAppliedTheLeadersIndex() throws IOException {
    follow();
    driven.leaderCommit = 2;
    Answers read = driven.read();
    append(1, 1);
    driven.pass(50);
    assertThat(driven.node.status().appliedIndex()).isEqualTo(1);
    assertThat(read.heard).isEmpty();
    append(2, 2);
    driven.pass(50);
    assertThat(read.heard).containsExactly("ready");
  }

  @Test
  void whatIsForLeadersOnlyIsRejectedByAnyOther() throws IOException {
    Answers leaderless = driven.readLeading();
    driven.poll();
    assertThat(leaderless.heard).containsExactly("NO_LEADER");
    follow();
    Answers following = driven.readLeading();
    driven.poll();
    assertThat(following.heard).containsExactly("NOT_LEADER");
  }

  @Test
  void aLeaderServesBothKinds() throws IOException {
    driven.lead();
    Answers any = driven.read();
    Answers leading = driven.readLeading();
    driven.pass(20);
    assertThat(any.heard).containsExactly("ready");
    assertThat(leading.heard).containsExactly("ready");
  }

  /** The entries that it waits for may never come: whoever asked may do better elsewhere. */
  @Test
  void aReadThatKnowsItsIndexDoesNotOutwaitAnElection() throws IOException {
    follow();
    driven.leaderCommit = 2;
    Answers read = driven.read();
    driven.pass(20);
    driven.peersAnswer = false;
    for (int i = 0; driven.node.status().leader() != null; i++) {
      assertThat(i).as("it notices that its leader is gone").isLessThan(200);
      driven.pass(10);
    }
    assertThat(read.heard).isEmpty();
    driven.pass(1_490);
    assertThat(read.heard).isEmpty();
    driven.pass(10);
    assertThat(read.heard).containsExactly("NO_LEADER");
    assertThat(driven.node.status().role()).isNotEqualTo(Role.LEADER);
  }

  @Test
  void aNodeThatEndsTellsThemAll() throws IOException {
    follow();
    driven.leaderCommit = 2;
    Answers waiting = driven.read();
    driven.pass(20);
    Answers unseen = driven.readLeading();
    driven.node.abandonAll();
    assertThat(waiting.heard).containsExactly("STOPPING");
    assertThat(unseen.heard).containsExactly("STOPPING");
    assertThat(driven.readLeading().heard).containsExactly("STOPPING");
  }

  @Test
  void aFullQueueIsToldAtOnce() throws IOException {
    DrivenNode small = new DrivenNode(DrivenNode.config(10, 1));
    small.node.receive(LEADER, 1, new Heartbeat(1, 0, 1));
    small.pass(20);
    small.leaderCommit = 2;
    small.read();
    assertThat(small.read().heard).containsExactly("OVERLOADED");
  }
}
