package io.balsa.raft.core;

import static io.balsa.raft.core.DrivenCore.A;
import static io.balsa.raft.core.DrivenCore.appendsTo;
import static io.balsa.raft.core.DrivenCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.action.Action;
import io.balsa.raft.action.SendAppend;
import io.balsa.raft.input.Read;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The follower has the last entry and said so, but its word was lost, and no later entry follows. */
class LostAcknowledgementTest {
  private final DrivenCore leader = new DrivenCore(1);

  @Test
  void theLeaderAsksAgainAndCommits() {
    leader.lead();
    leader.propose();
    leader.persist();
    long last = leader.core.lastLogId().index();
    assertThat(leader.core.commitIndex()).isEqualTo(last - 1);

    // n1 is the only one that is there; it holds the entry, and answers heartbeats.
    List<SendAppend> asked = new ArrayList<>();
    for (int i = 0; i < 60 && asked.isEmpty(); i++) {
      leader.take();
      leader.pass(10);
      for (Heartbeat heartbeat : sent(leader.take(), Heartbeat.class)) {
        asked.addAll(appendsTo(A, leader.receive(A, new HeartbeatReply(leader.core.term(), heartbeat.round(), last))));
      }
    }
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).prev()).isEqualTo(leader.core.lastLogId());
    assertThat(asked.get(0).terms()).isEmpty();
    leader.receive(A, new AppendEntriesAccepted(leader.core.term(), last));
    assertThat(leader.core.commitIndex()).isEqualTo(last);
  }

  /** A follower whose disk is slow holds the entry as well: it is asked now and then, not with every round of reads. */
  @Test
  void aSlowDiskIsNotAskedWithEveryHeartbeat() {
    leader.lead();
    leader.propose();
    leader.persist();
    long last = leader.core.lastLogId().index();
    int asked = 0;
    for (int i = 0; i < 100; i++) {
      leader.take();
      leader.pass(10);
      leader.step(new Read(List.of((long) i)));
      List<Action> made = leader.take();
      for (Heartbeat heartbeat : sent(made, Heartbeat.class)) {
        asked += appendsTo(A, leader.receive(A, new HeartbeatReply(leader.core.term(), heartbeat.round(), last)))
            .size();
      }
    }
    assertThat(asked).isBetween(2, 5);
  }
}
