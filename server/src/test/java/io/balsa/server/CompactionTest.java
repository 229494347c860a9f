package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.CompactRequest;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.SessionContext;
import io.balsa.server.config.Setting;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History that is given up, asked for and by itself, on whole nodes; and a state that takes more than it may. */
class CompactionTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final int QUOTA_BYTES = 64 << 20;

  @TempDir
  Path directory;

  private TestCluster cluster;

  private void start(int size, Setting setting, String value) throws Exception {
    cluster = new TestCluster(directory, size).with(setting, value).startAll();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static long put(TestNode node, String value) {
    return node.kv().put(PutRequest.newBuilder().setKey(KEY).setValue(ByteString.copyFromUtf8(value)).build())
        .getHeader().getRevision();
  }

  private static String get(TestNode node, long revision) {
    return node.kv().get(GetRequest.newBuilder().setKey(KEY).setRevision(revision).build()).getKv().getValue()
        .toStringUtf8();
  }

  private static CompactRequest compact(long revision) {
    return CompactRequest.newBuilder().setRevision(revision).build();
  }

  private static void refused(StatusRuntimeException e, Status.Code code, String reason, String detail, long number) {
    assertThat(e.getStatus().getCode()).isEqualTo(code);
    try {
      ErrorInfo info = StatusProto.fromThrowable(e).getDetails(0).unpack(ErrorInfo.class);
      assertThat(info.getReason()).isEqualTo(reason);
      if (!detail.isEmpty()) {
        assertThat(new TreeMap<>(info.getMetadataMap())).containsEntry(detail, Long.toString(number));
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException wrong) {
      throw new AssertionError(wrong);
    }
  }

  @Test
  void overTheWire() throws Exception {
    start(3, Setting.COMPACT_AGE, "0");
    TestNode leader = cluster.leader();
    long first = put(leader, "1");
    long second = put(leader, "2");
    long third = put(leader, "3");
    assertThat(leader.kv().compact(compact(second)).getHeader().getRevision()).isEqualTo(third);
    leader.kv().compact(compact(second));
    for (TestNode node : cluster.nodes) {
      assertThat(get(node, second)).as("on every node, at the floor").isEqualTo("2");
      assertThat(get(node, 0)).isEqualTo("3");
      assertThatThrownBy(() -> get(node, first)).isInstanceOfSatisfying(StatusRuntimeException.class,
          e -> refused(e, Status.Code.OUT_OF_RANGE, "COMPACTED", "compacted_revision", second));
    }
    assertThatThrownBy(() -> leader.kv().compact(compact(first))).isInstanceOfSatisfying(StatusRuntimeException.class,
        e -> refused(e, Status.Code.OUT_OF_RANGE, "COMPACTED", "compacted_revision", second));
    assertThatThrownBy(() -> leader.kv().compact(compact(third + 1)))
        .isInstanceOfSatisfying(StatusRuntimeException.class,
            e -> refused(e, Status.Code.OUT_OF_RANGE, "FUTURE_REVISION", "current_revision", third));
    assertThatThrownBy(() -> leader.kv().compact(compact(0))).isInstanceOfSatisfying(StatusRuntimeException.class,
        e -> refused(e, Status.Code.INVALID_ARGUMENT, "BAD_REQUEST", "", 0));
    assertThatThrownBy(() -> cluster.followers().getFirst().kv().compact(compact(third)))
        .isInstanceOfSatisfying(StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    long session = leader.sessions().open(OpenSessionRequest.newBuilder().setTtlMillis(10_000).build()).getSessionId();
    CompactRequest numbered = compact(third).toBuilder()
        .setSession(SessionContext.newBuilder().setSessionId(session).setSequence(1)).build();
    leader.kv().compact(numbered);
    put(leader, "4");
    leader.kv().compact(compact(third + 1));
    assertThat(leader.kv().compact(numbered).getHeader().getRevision()).as("the stored reply").isEqualTo(third);
    cluster.assertEqualStates();
  }

  @Test
  void byNumberOfRevisionsWithoutBeingAsked() throws Exception {
    start(1, Setting.COMPACT_COUNT, "100");
    TestNode node = cluster.leader();
    for (int i = 0; i < 300; i++) {
      put(node, Integer.toString(i));
    }
    Await.until("history is given up", () -> compacted(node) >= 200);
    assertThat(compacted(node)).isEqualTo(node.status().getHeader().getRevision() - 100);
    assertThat(get(node, 0)).isEqualTo("299");
  }

  private static long compacted(TestNode node) {
    return node.cluster().hash(HashRequest.getDefaultInstance()).getCompactedRevision();
  }

  /** B8: nobody defragments, disarms or restarts anything. */
  @Test
  void aStateThatTakesTooMuchTakesNoMoreUntilThereIsRoom() throws Exception {
    // So much that it is more than memtables hold: what they take in memory they do not take in a file, which makes room by itself.
    start(1, Setting.SPACE_QUOTA, Integer.toString(QUOTA_BYTES));
    TestNode node = cluster.leader();
    node.kv().incr(IncrRequest.newBuilder().setKey(ByteString.copyFromUtf8("n")).setDelta(1).build());
    StatusRuntimeException full = fill(node);
    refused(full, Status.Code.RESOURCE_EXHAUSTED, "NO_SPACE", "limit", QUOTA_BYTES);
    assertThat(full.getStatus().getDescription()).contains("--space-quota").contains("balsa compact");
    assertThat(node.status().getAlarmsList()).anyMatch(alarm -> alarm.contains("--space-quota"));
    assertThat(node.server().notReadyBecause()).as("reads and deletes go on").isEmpty();
    assertThatThrownBy(
        () -> node.kv().incr(IncrRequest.newBuilder().setKey(ByteString.copyFromUtf8("n")).setDelta(1).build()))
        .isInstanceOfSatisfying(StatusRuntimeException.class,
            e -> refused(e, Status.Code.RESOURCE_EXHAUSTED, "NO_SPACE", "", 0));
    long deleted = node.kv().delete(DeleteRequest.newBuilder()
        .setRange(KeyRange.newBuilder().setStart(ByteString.copyFromUtf8("fill/"))
            .setEnd(ByteString.copyFromUtf8("fill0")))
        .build()).getHeader().getRevision();
    node.sessions().open(OpenSessionRequest.newBuilder().setTtlMillis(10_000).build());
    node.kv().compact(compact(deleted));
    Await.until("there is room again", () -> node.status().getAlarmsList().isEmpty());
    put(node, "writes go on");
    assertThat(get(node, 0)).isEqualTo("writes go on");
    Await.until("all space is given back", () -> node.status().getStateBytes() < 8 << 20);
  }

  private static StatusRuntimeException fill(TestNode node) {
    Random random = new Random(1);
    byte[] value = new byte[64 << 10];
    for (int i = 0; i < 20_000; i++) {
      random.nextBytes(value);
      try {
        node.kv().put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("fill/" + i))
            .setValue(ByteString.copyFrom(value)).build());
      } catch (StatusRuntimeException e) {
        return e;
      }
    }
    throw new AssertionError("a gigabyte was taken");
  }
}
