package io.balsa.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.PeerEntry;
import io.balsa.proto.internal.v1.PeerMessage;
import io.balsa.raft.log.Bytes;
import io.balsa.raft.log.Configuration;
import io.balsa.raft.log.Entry;
import io.balsa.raft.log.EntryType;
import io.balsa.raft.log.LogId;
import io.balsa.raft.log.Member;
import io.balsa.raft.log.NodeId;
import io.balsa.raft.log.SnapshotMeta;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.InstallSnapshotReply;
import io.balsa.raft.message.LostEntries;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.ReadIndex;
import io.balsa.raft.message.ReadIndexReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.message.SnapshotRefused;
import io.balsa.raft.message.TimeoutNow;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  private static final SnapshotMeta SNAPSHOT = new SnapshotMeta(-5, new LogId(6, 50), 1000,
      new Configuration(List.of(new Member(new NodeId("n1"), -9, true, "p1", "c1"))), 100);

  private static final List<Message> ONE_OF_EACH = List.of(
      new PreVote(7, new LogId(6, 50)),
      new PreVoteReply(7, true),
      new RequestVote(7, new LogId(6, 50), true),
      new RequestVoteReply(7, false),
      new AppendEntries(7, new LogId(5, 41),
          List.of(new Entry(EntryType.COMMAND, 6, 42, 1000, Bytes.wrap(new byte[]{1, 2, 3})),
              new Entry(EntryType.NOOP, 7, 43, 1001, Bytes.EMPTY)),
          40),
      new AppendEntries(7, LogId.ZERO, List.of(), 0),
      new AppendEntriesAccepted(7, 43),
      new AppendEntriesRejected(7, 41, new LogId(4, 39)),
      new Heartbeat(7, 40, 12),
      new HeartbeatReply(7, 12, 43), new HeartbeatReply(7, 12, 43, 40),
      new TimeoutNow(7),
      new InstallSnapshot(7, SNAPSHOT, 97, Bytes.wrap(new byte[]{1, 2, 3})),
      new InstallSnapshotReply(7, -5, 100, true),
      new SnapshotRefused(7, -5),
      new ReadIndex(7, -77, 5),
      new ReadIndexReply(7, -77, 5, 43),
      new LostEntries(7, 43));

  @Test
  void everyMessageComesBackAsItWasSent() throws Exception {
    for (Message message : ONE_OF_EACH) {
      PeerMessage wire = PeerMessage.parseFrom(MessageCodec.encode(message).toByteArray());
      assertThat(MessageCodec.decode(wire)).isEqualTo(message);
    }
  }

  /** A kind added to the sealed interface must be added here. */
  @Test
  void everyKindIsTried() {
    Set<Class<?>> tried = ONE_OF_EACH.stream().map(Message::getClass).collect(Collectors.toSet());
    assertThat(Stream.of(Message.class.getPermittedSubclasses()).collect(Collectors.<Class<?>>toSet()))
        .isEqualTo(tried);
  }

  @Test
  void aKindFromTheFutureIsNull() {
    assertThat(MessageCodec.decode(PeerMessage.newBuilder().setTerm(3).build())).isNull();
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> MessageCodec.decode(PeerMessage.newBuilder().setTerm(-1).build()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MessageCodec.decode(append(4, 9))).as("a type that nobody has written")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MessageCodec.decode(append(9, 1))).as("an entry of a term after the message's")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MessageCodec.decode(append(1, 1))).as("a term that falls")
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A peer that sends what it cannot have meant costs that message, and nothing more. */
  @Test
  void aChunkThatDoesNotFitIntoItsSnapshotIsRefused() {
    InstallSnapshot chunk = new InstallSnapshot(7, SNAPSHOT, 97, Bytes.wrap(new byte[]{1, 2, 3}));
    PeerMessage good = MessageCodec.encode(chunk);
    refused(good.getInstallSnapshot().toBuilder().setOffset(98));
    refused(good.getInstallSnapshot().toBuilder().setOffset(-1));
    refused(good.getInstallSnapshot().toBuilder().setOffset(Long.MAX_VALUE));
    refused(good.getInstallSnapshot().toBuilder().setConfiguration(ByteString.copyFrom(new byte[]{1, 2, 3})));
    refused(good.getInstallSnapshot().toBuilder().clearConfiguration());
    refused(good.getInstallSnapshot().toBuilder().setConfiguration(
        good.getInstallSnapshot().getConfiguration().substring(0,
            good.getInstallSnapshot().getConfiguration().size() - 1)));
  }

  private static void refused(PeerMessage.InstallSnapshot.Builder chunk) {
    assertThatThrownBy(() -> MessageCodec.decode(PeerMessage.newBuilder().setTerm(7).setInstallSnapshot(chunk).build()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PeerMessage append(long entryTerm, int type) {
    return PeerMessage.newBuilder().setTerm(5).setAppendEntries(PeerMessage.AppendEntries.newBuilder()
        .setPrev(io.balsa.proto.internal.v1.LogId.newBuilder().setTerm(3).setIndex(10))
        .addEntries(PeerEntry.newBuilder().setTerm(entryTerm).setType(type))).build();
  }
}
