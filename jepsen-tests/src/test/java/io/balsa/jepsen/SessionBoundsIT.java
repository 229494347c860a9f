package io.balsa.jepsen;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.balsa.client.BalsaClient;
import io.balsa.client.cluster.StateHash;
import io.balsa.junit.BalsaCluster;
import io.balsa.junit.OfCluster;
import io.balsa.junit.cluster.Await;
import io.balsa.junit.cluster.RealCluster;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.jepsen.raw.Bystander;
import io.balsa.jepsen.raw.LiveHeap;
import io.balsa.jepsen.raw.RawNode;
import io.balsa.jepsen.raw.RawStream;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S4 against real servers: what a client that acknowledges nothing costs, and whom. */
@Timeout(180)
@BalsaCluster
class SessionBoundsIT {
  /** What stands in docs/semantics.md. */
  private static final int UNACKNOWLEDGED_MAX = 8_192;
  private static final long REPLY_BYTES_MAX = 8 << 20;
  private static final long ONE_REPLY_BYTES_MAX = 3 << 19;

  private static final Duration TTL = Duration.ofMinutes(2);
  private static final Duration MOST = Duration.ofMinutes(1);
  /** Of a call beside it, on a machine that does other things, too. */
  private static final Duration CALL_MOST = Duration.ofSeconds(3);
  /** Each about a KiB. What a connection takes in advance is less than 4 MiB of them, so the last ones stay with the client. */
  private static final int MUTATIONS = UNACKNOWLEDGED_MAX + 5_000;
  private static final int READ_AHEAD_MAX = 4_096;
  private static final String PADDING = "-".repeat(1_000);

  @OfCluster
  private static RealCluster cluster;

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** Applied once each and in their order, the n-th answers n. */
  private static Iterator<StreamRequest> counts(String name, long from, long to) {
    IncrRequest incr = IncrRequest.newBuilder().setKey(utf8(name + PADDING)).setDelta(1).build();
    return LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> StreamRequest.newBuilder().setSequence(sequence).setIncr(incr).build()).iterator();
  }

  private static void assertCounted(NavigableMap<Long, StreamReply> replies, long from, long to) {
    for (long sequence = from; sequence <= to; sequence++) {
      StreamReply reply = replies.get(sequence);
      assertThat(reply).as("the reply of %s", sequence).isNotNull();
      assertThat(reply.getIncr().getValue()).as("%s", reply).isEqualTo(sequence);
    }
  }

  /** Its stream at whoever leads, as soon as that one serves. */
  private static RawStream stream(RawNode node, long session, long number) {
    RawStream stream = RawStream.open(node, session, number);
    assertThat(stream.awaitReady()).isNotNegative();
    return stream;
  }

  @Test
  void whoAcknowledgesNothingIsReadUpToTheBoundAndHarmsNobody() {
    ServerProcess leader = cluster.awaitLeader();
    long heap = LiveHeap.bytes(leader);
    try (RawNode node = RawNode.connect(leader); Bystander other = Bystander.start(leader, "beside-many")) {
      long session = node.open(TTL);
      try (RawStream stream = stream(node, session, 1)) {
        stream.feed(counts("many", 1, MUTATIONS));
        stream.awaitReplies(UNACKNOWLEDGED_MAX);
        int beats = stream.beats();
        other.awaitMore(300);
        assertThat(stream.replies()).as("no more while none is acknowledged").hasSize(UNACKNOWLEDGED_MAX);
        assertThat(stream.sent()).as("the server has stopped reading")
            .isLessThan(UNACKNOWLEDGED_MAX + READ_AHEAD_MAX);
        long grown = LiveHeap.bytes(leader) - heap;
        assertThat(grown).as("bytes of heap that it costs").isLessThan(32 << 20);
        Await.until(MOST, () -> stream.beats() > beats, () -> "no beat tells that the leader lives");

        assertThat(node.acknowledge(session, MUTATIONS - UNACKNOWLEDGED_MAX + 1).hasError()).isFalse();
        stream.awaitReplies(MUTATIONS);
        assertCounted(stream.replies(), 1, MUTATIONS);
        System.out.println("SessionBoundsIT: sequences: beside it " + other + "; heap " + (grown >> 10) + " KiB");
        assertThat(other.longest()).isLessThan(CALL_MOST);
      }
      node.sessions().close(CloseSessionRequest.newBuilder().setSessionId(session).build());
    }
  }

  @Test
  void whatWasStoredIsToldAgainWhenItsLeaderIsKilledInTheMiddle() {
    ServerProcess killed = cluster.awaitLeader();
    NavigableMap<Long, StreamReply> told;
    long session;
    try (RawNode node = RawNode.connect(killed)) {
      session = node.open(TTL);
      try (RawStream stream = stream(node, session, 1)) {
        stream.feed(counts("killed", 1, MUTATIONS));
        stream.awaitReplies(1_000);
        killed.kill();
        stream.awaitOver();
        told = stream.replies();
      }
    }
    killed.awaitEnd(MOST);
    try (RawNode node = awaitServing(session); RawStream stream = RawStream.open(node, session, 1_000)) {
      long last = stream.awaitReady();
      assertThat(last).as("everything that was told was applied").isBetween(told.lastKey(), (long) UNACKNOWLEDGED_MAX);
      stream.feed(counts("killed", 1, MUTATIONS));
      stream.awaitReplies(UNACKNOWLEDGED_MAX);
      assertThat(stream.replies()).as("told again, word for word").containsAllEntriesOf(told)
          .as("the bound is the session's, not a leader's").hasSize(UNACKNOWLEDGED_MAX);
      assertThat(node.acknowledge(session, MUTATIONS - UNACKNOWLEDGED_MAX + 1).hasError()).isFalse();
      stream.awaitReplies(MUTATIONS);
      assertCounted(stream.replies(), 1, MUTATIONS);
      node.sessions().close(CloseSessionRequest.newBuilder().setSessionId(session).build());
    }
    killed.start();
    cluster.awaitReady();
    assertThat(cluster.hashesAtOneIndex().values().stream().map(StateHash::hash).distinct()).hasSize(1);
  }

  /** A connection to the leader, when it serves streams: until then it ends them and says so. */
  private static RawNode awaitServing(long session) {
    long[] number = {1};
    return Await.present(MOST, () -> {
      RawNode node = RawNode.connect(cluster.awaitLeader());
      try (RawStream probe = RawStream.open(node, session, ++number[0])) {
        if (probe.awaitReady() >= 0) {
          return Optional.of(node);
        }
      }
      node.close();
      return Optional.empty();
    }, () -> "nobody serves the session\n" + cluster.describe());
  }

  @Test
  void storedRepliesAreBoundedByTheirBytes() {
    int puts = 20;
    ServerProcess leader = cluster.awaitLeader();
    try (RawNode node = RawNode.connect(leader); Bystander other = Bystander.start(leader, "beside-large")) {
      long session = node.open(TTL);
      try (RawStream stream = stream(node, session, 1)) {
        stream.feed(IntStream.rangeClosed(1, puts).mapToObj(i -> StreamRequest.newBuilder().setSequence(i)
            .setPut(PutRequest.newBuilder().setKey(utf8("large")).setValue(large(i)).setPrevKv(true)).build())
            .iterator());
        int acknowledged = 0;
        while (acknowledged < puts) {
          int before = acknowledged;
          Await.until(MOST,
              () -> stream.replies().size() == puts
                  || bytes(stream, before) > REPLY_BYTES_MAX - ONE_REPLY_BYTES_MAX - (1 << 20),
              () -> bytes(stream, before) + " bytes of replies");
          other.awaitMore(100);
          assertThat(bytes(stream, before)).as("stored").isLessThanOrEqualTo(REPLY_BYTES_MAX);
          acknowledged = stream.replies().size();
          assertThat(acknowledged).as("it goes on").isGreaterThan(before);
          node.acknowledge(session, acknowledged + 1);
        }
        NavigableMap<Long, StreamReply> replies = stream.replies();
        assertThat(replies.get(1L).getPut().hasPrevKv()).isFalse();
        for (int i = 2; i <= puts; i++) {
          assertThat(replies.get((long) i).getPut().getPrevKv().getValue()).isEqualTo(large(i - 1));
        }
      }
      node.sessions().close(CloseSessionRequest.newBuilder().setSessionId(session).build());
      System.out.println("SessionBoundsIT: bytes: beside it " + other);
      assertThat(other.longest()).isLessThan(CALL_MOST);
    }
  }

  private static ByteString large(int i) {
    return ByteString.copyFrom(ByteBuffer.allocate(1 << 20).putInt(i).rewind());
  }

  private static long bytes(RawStream stream, long acknowledged) {
    return stream.replies().tailMap(acknowledged, false).values().stream().mapToLong(StreamReply::getSerializedSize)
        .sum();
  }

  @Test
  void aReplyThatIsTooLargeRefusesItsMutationAndChangesNothing() {
    try (RawNode node = RawNode.connect(cluster.awaitLeader());
        BalsaClient reader = BalsaClient.connect(cluster.endpoints())) {
      long session = node.open(TTL);
      StreamRequest refused = StreamRequest.newBuilder().setSequence(3).setDelete(DeleteRequest.newBuilder()
          .setPrevKv(true).setRange(KeyRange.newBuilder().setStart(utf8("two/")).setEnd(utf8("two0")))).build();
      StreamReply told;
      try (RawStream stream = stream(node, session, 1)) {
        stream.feed(List.of(put(1, "two/a"), put(2, "two/b"), refused, counts("two", 4, 4).next()).iterator());
        stream.awaitReplies(4);
        NavigableMap<Long, StreamReply> replies = stream.replies();
        told = replies.get(3L);
        assertThat(told.getError().getReason()).isEqualTo("REPLY_TOO_LARGE");
        assertThat(told.getError().getMessage()).contains(Long.toString(ONE_REPLY_BYTES_MAX));
        assertThat(told.getRevision()).as("no revision").isEqualTo(replies.get(2L).getRevision());
        assertThat(replies.get(4L).getIncr().getValue()).as("those behind it go on").isEqualTo(1);
        assertThat(replies.get(4L).getRevision()).isEqualTo(told.getRevision() + 1);
      }
      assertThat(reader.unaryKv().get("two/a").orElseThrow().valueSize()).isEqualTo(1 << 20);
      assertThat(reader.unaryKv().get("two/b").orElseThrow().version()).isEqualTo(1);
      try (RawStream again = stream(node, session, 2)) {
        again.feed(List.of(refused).iterator());
        again.awaitReplies(1);
        assertThat(again.replies().get(3L)).as("a refusal is stored, too").isEqualTo(told);
      }
      node.sessions().close(CloseSessionRequest.newBuilder().setSessionId(session).build());
    }
  }

  private static StreamRequest put(long sequence, String key) {
    return StreamRequest.newBuilder().setSequence(sequence)
        .setPut(PutRequest.newBuilder().setKey(utf8(key)).setValue(large(0))).build();
  }
}
