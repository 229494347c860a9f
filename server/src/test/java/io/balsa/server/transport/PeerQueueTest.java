package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.proto.internal.v1.PeerMessages;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerQueueTest {
  private static Message append(int bytes) {
    return new AppendEntries(1, LogId.ZERO, List.of(new Entry(EntryType.COMMAND, 1, 1, 0, Bytes.wrap(new byte[bytes]))),
        0);
  }

  @Test
  void isBoundedByCount() {
    PeerQueue queue = new PeerQueue(1 << 20, 2);
    assertThat(queue.offer(new Heartbeat(1, 0, 1))).isTrue();
    assertThat(queue.offer(new Heartbeat(1, 0, 2))).isTrue();
    assertThat(queue.offer(new Heartbeat(1, 0, 3))).isFalse();
    PeerMessages frame = queue.takeFrame(0);
    assertThat(frame.getMessagesList()).extracting(m -> m.getHeartbeat().getRound()).containsExactly(1L, 2L);
    assertThat(queue.bytes()).isZero();
    assertThat(queue.offer(new Heartbeat(1, 0, 3))).isTrue();
  }

  @Test
  void isBoundedByBytes() {
    PeerQueue queue = new PeerQueue(10_000, 1000);
    assertThat(queue.offer(append(6_000))).isTrue();
    assertThat(queue.offer(append(6_000))).isFalse();
    assertThat(queue.offer(append(1_000))).as("what fits still goes in").isTrue();
    queue.clear();
    assertThat(queue.bytes()).isZero();
    assertThat(queue.takeFrame(0)).isNull();
  }

  @Test
  void manySmallMessagesGoInOneFrameAndLargeOnesAlone() {
    PeerQueue queue = new PeerQueue(16 << 20, 1000);
    for (int i = 0; i < 10; i++) {
      queue.offer(new Heartbeat(1, 0, i));
    }
    queue.offer(append(900_000));
    queue.offer(append(900_000));
    assertThat(queue.takeFrame(0).getMessagesCount()).isEqualTo(11);
    assertThat(queue.takeFrame(0).getMessagesCount()).isEqualTo(1);
    assertThat(queue.takeFrame(0)).isNull();
  }
}
