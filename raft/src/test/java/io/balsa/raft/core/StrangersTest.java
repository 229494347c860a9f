package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Role;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever is no member counts for nothing, whatever it answers: neither for a vote, nor for a commit, nor for a read. */
class StrangersTest {
  private static final NodeId STRANGER = new NodeId("n9");

  @Test
  void aLeaderCountsMembersOnly() {
    DrivenCore node = new DrivenCore(1, 1);
    node.lead();
    node.propose();
    node.persist();
    node.take();
    long term = node.core.term();
    long last = node.core.lastLogId().index();
    List<Message> answers = List.of(new AppendEntriesAccepted(term, last), new HeartbeatReply(term, 1, last),
        new AppendEntriesRejected(term, last, new LogId(term, last)), new InstallSnapshotReply(term, 1, 1, true),
        new SnapshotRefused(term, 1));
    for (Message answer : answers) {
      assertThat(node.receive(STRANGER, answer)).as("%s", answer).isEmpty();
    }
    assertThat(node.core.commitIndex()).isEqualTo(last - 1);
    node.acceptAll(A);
    assertThat(node.core.commitIndex()).isEqualTo(last);
  }

  @Test
  void aCandidateCountsVotersOnly() {
    DrivenCore node = new DrivenCore(1, 1);
    node.passUntil(Role.PRE_CANDIDATE);
    node.receive(STRANGER, new PreVoteReply(2, true));
    assertThat(node.core.role()).isEqualTo(Role.PRE_CANDIDATE);
    node.receive(A, new PreVoteReply(2, true));
    node.persist();
    node.receive(STRANGER, new RequestVoteReply(2, true));
    assertThat(node.core.role()).isEqualTo(Role.CANDIDATE);
    node.receive(A, new RequestVoteReply(2, true));
    assertThat(node.core.role()).isEqualTo(Role.LEADER);
  }
}
