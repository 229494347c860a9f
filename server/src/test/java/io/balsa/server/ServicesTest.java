package io.balsa.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.AddLearnerRequest;
import io.balsa.proto.v1.ClientFrame;
import io.balsa.proto.v1.CloseSessionRequest;
import io.balsa.proto.v1.Consistency;
import io.balsa.proto.v1.DeleteRequest;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.HashRequest;
import io.balsa.proto.v1.IncrRequest;
import io.balsa.proto.v1.KeepAliveRequest;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KeyValue;
import io.balsa.proto.v1.MembersRequest;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.OpenSessionResponse;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.RemoveRequest;
import io.balsa.proto.v1.ServerFrame;
import io.balsa.proto.v1.SessionContext;
import io.balsa.proto.v1.SessionGrpc;
import io.balsa.proto.v1.StatusResponse;
import io.balsa.proto.v1.StreamHello;
import io.balsa.proto.v1.StreamRequest;
import io.balsa.proto.v1.StreamRequests;
import io.balsa.proto.v1.TransferLeadershipRequest;
import io.balsa.server.config.Setting;
import io.balsa.server.testing.Await;
import io.balsa.server.testing.Recorder;
import io.balsa.server.testing.TestCluster;
import io.balsa.server.testing.TestNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every service of a cluster of three that nothing happens to, as clients of other languages see it. */
class ServicesTest {
  @TempDir
  static Path directory;

  private static TestCluster cluster;
  private TestNode leader;
  private TestNode follower;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = new TestCluster(directory, 3);
    for (TestNode node : cluster.nodes) {
      node.flags.put(Setting.OPS_LISTEN, "127.0.0.1:0");
    }
    cluster.startAll();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void find() {
    leader = cluster.leader();
    follower = cluster.followers().getFirst();
    Await.until("the follower knows the leader", () -> follower.status().getLeaderId().equals(leader.id));
  }

  private static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static PutRequest.Builder put(String key, String value) {
    return PutRequest.newBuilder().setKey(utf8(key)).setValue(utf8(value));
  }

  private static GetRequest.Builder get(String key) {
    return GetRequest.newBuilder().setKey(utf8(key));
  }

  /** The status carries the reason, in domain balsa, and the message says something. */
  private static Map<String, String> refused(ThrowingCallable call, Status.Code code, String reason) {
    Map<String, String> metadata = new TreeMap<>();
    assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
      assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
      assertThat(e.getStatus().getDescription()).isNotBlank();
      try {
        ErrorInfo info = StatusProto.fromThrowable(e).getDetails(0).unpack(ErrorInfo.class);
        assertThat(info.getDomain()).isEqualTo("balsa");
        assertThat(info.getReason()).isEqualTo(reason);
        metadata.putAll(info.getMetadataMap());
      } catch (InvalidProtocolBufferException wrong) {
        throw new AssertionError(wrong);
      }
    });
    return metadata;
  }

  // ---- keys

  @Test
  void aFollowerSendsWritesToTheLeader() {
    Map<String, String> where = refused(() -> follower.kv().put(put("k", "v").build()), Status.Code.UNAVAILABLE,
        "NOT_LEADER");
    assertThat(where).containsEntry("leader_id", leader.id).containsEntry("leader_address", leader.address());
  }

  /** C3: whatever was answered before, anywhere, is seen. */
  @Test
  void aFollowerServesReads() {
    for (int i = 0; i < 20; i++) {
      leader.kv().put(put("f", "v" + i).build());
      for (TestNode node : cluster.nodes) {
        GetResponse read = node.kv().get(get("f").build());
        assertThat(read.getKv().getValue()).as("at %s", node.id).isEqualTo(utf8("v" + i));
        assertThat(read.getHeader().getMemberId()).isEqualTo(node.id);
        assertThat(read.getHeader().getLeads()).isEqualTo(node.id.equals(leader.id));
      }
    }
    RangeRequest all = RangeRequest.newBuilder().setRange(everything()).build();
    assertThat(rows(range(follower, all))).isNotEmpty().isEqualTo(rows(range(leader, all)));
  }

  /** R1: no older than asked for; once it is known to be fresh, no question is needed. */
  @Test
  void aFollowerServesReadsThatMayBeStale() {
    leader.kv().put(put("s", "v").build());
    Consistency anHour = stale(3_600_000, 0);
    assertThat(follower.kv().get(get("s").setConsistency(stale(0, 0)).build()).getKv().getValue())
        .isEqualTo(utf8("v"));
    long revision = leader.kv().put(put("s", "w").build()).getHeader().getRevision();
    assertThat(follower.kv().get(get("s").setConsistency(anHour).build()).getKv().getValue())
        .as("whichever of both has been applied there").isIn(utf8("v"), utf8("w"));
    assertThat(follower.kv().get(get("s").setConsistency(stale(3_600_000, revision)).build()).getKv().getValue())
        .as("min_revision").isEqualTo(utf8("w"));
    RangeRequest.Builder one = RangeRequest.newBuilder().setRange(KeyRange.newBuilder().setStart(utf8("s")));
    assertThat(range(follower, one.setConsistency(anHour).build())).hasSize(1);
    refused(() -> follower.kv().get(get("s").setConsistency(stale(1, revision + 1_000_000)).build()),
        Status.Code.UNAVAILABLE, "TOO_STALE");
    refused(() -> follower.kv().get(get("s").setConsistency(stale(1, -1)).build()), Status.Code.INVALID_ARGUMENT,
        "BAD_REQUEST");
  }

  private static Consistency stale(long maxAgeMillis, long minRevision) {
    return Consistency.newBuilder()
        .setStale(Consistency.Stale.newBuilder().setMaxAgeMillis(maxAgeMillis).setMinRevision(minRevision)).build();
  }

  @Test
  void limitsAreNamedWithTheSizeSeen() {
    assertThat(refused(() -> leader.kv().put(put("k".repeat(4097), "").build()), Status.Code.INVALID_ARGUMENT,
        "KEY_TOO_LARGE"))
        .containsEntry("limit", "4096").containsEntry("size", "4097");
    PutRequest large = put("k", "").setValue(ByteString.copyFrom(new byte[(1 << 20) + 1])).build();
    assertThat(refused(() -> leader.kv().put(large), Status.Code.INVALID_ARGUMENT, "VALUE_TOO_LARGE"))
        .containsEntry("limit", "1048576").containsEntry("size", "1048577");
    PutRequest huge = put("k", "").setValue(ByteString.copyFrom(new byte[6 << 20])).build();
    refused(() -> leader.kv().put(huge), Status.Code.INVALID_ARGUMENT, "VALUE_TOO_LARGE");
    refused(() -> leader.kv().put(put("", "v").build()), Status.Code.INVALID_ARGUMENT, "KEY_EMPTY");
    refused(() -> leader.kv().get(get("").build()), Status.Code.INVALID_ARGUMENT, "KEY_EMPTY");
    refused(() -> leader.kv().delete(DeleteRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT, "KEY_EMPTY");
    leader.kv().put(put("k", "").setValue(ByteString.copyFrom(new byte[1 << 20])).build());
  }

  @Test
  void countersRefuseWhatIsNoNumberAndWhatOverflows() {
    leader.kv().put(put("text", "many").build());
    IncrRequest incr = IncrRequest.newBuilder().setKey(utf8("text")).setDelta(1).build();
    refused(() -> leader.kv().incr(incr), Status.Code.FAILED_PRECONDITION, "NOT_A_NUMBER");
    leader.kv().put(put("full", Long.toString(Long.MAX_VALUE)).build());
    refused(() -> leader.kv().incr(incr.toBuilder().setKey(utf8("full")).build()), Status.Code.OUT_OF_RANGE,
        "OVERFLOW");
    assertThat(leader.kv().get(get("full").build()).getKv().getValue()).isEqualTo(utf8(Long.toString(Long.MAX_VALUE)));
  }

  @Test
  void aRevisionThatIsNotThereYetIsRefused() {
    long revision = leader.kv().put(put("r", "1").build()).getHeader().getRevision();
    leader.kv().put(put("r", "2").build());
    assertThat(leader.kv().get(get("r").setRevision(revision).build()).getKv().getValue()).isEqualTo(utf8("1"));
    refused(() -> leader.kv().get(get("r").setRevision(revision + 1_000_000).build()), Status.Code.OUT_OF_RANGE,
        "FUTURE_REVISION");
    Consistency ahead = Consistency.newBuilder()
        .setStale(Consistency.Stale.newBuilder().setMinRevision(revision + 1_000_000))
        .build();
    refused(() -> leader.kv().get(get("r").setConsistency(ahead).build()), Status.Code.UNAVAILABLE, "TOO_STALE");
  }

  @Test
  void aUnaryMutationWithASessionIsAppliedOnce() {
    OpenSessionResponse session = leader.sessions().open(OpenSessionRequest.getDefaultInstance());
    IncrRequest incr = IncrRequest.newBuilder().setKey(utf8("once")).setDelta(1)
        .setSession(SessionContext.newBuilder().setSessionId(session.getSessionId()).setSequence(1)).build();
    assertThat(leader.kv().incr(incr).getValue()).isEqualTo(1);
    assertThat(leader.kv().incr(incr).getValue()).as("the stored reply").isEqualTo(1);
    assertThat(leader.kv().get(get("once").build()).getKv().getValue()).isEqualTo(utf8("1"));
    refused(() -> leader.kv().incr(incr.toBuilder().setSession(SessionContext.newBuilder().setSequence(2)).build()),
        Status.Code.INVALID_ARGUMENT, "BAD_REQUEST");
    leader.sessions().close(CloseSessionRequest.newBuilder().setSessionId(session.getSessionId()).build());
    refused(() -> leader.kv().incr(incr), Status.Code.FAILED_PRECONDITION, "SESSION_EXPIRED");
  }

  // ---- ranges

  private static KeyRange everything() {
    return KeyRange.newBuilder().setEnd(ByteString.copyFrom(new byte[1])).build();
  }

  private static List<RangeResponse> range(TestNode node, RangeRequest request) {
    List<RangeResponse> chunks = new ArrayList<>();
    Iterator<RangeResponse> answer = node.kv().range(request);
    answer.forEachRemaining(chunks::add);
    return chunks;
  }

  private static List<KeyValue> rows(List<RangeResponse> chunks) {
    return chunks.stream().flatMap(chunk -> chunk.getKvsList().stream()).toList();
  }

  @Test
  void aLargeRangeComesInChunksOfOneRevision() {
    ByteString value = ByteString.copyFrom(new byte[100_000]);
    for (int i = 0; i < 20; i++) {
      leader.kv().put(PutRequest.newBuilder().setKey(utf8("range/%02d".formatted(i))).setValue(value).build());
    }
    KeyRange range = KeyRange.newBuilder().setStart(utf8("range/")).setEnd(utf8("range0")).build();
    List<RangeResponse> chunks = range(leader, RangeRequest.newBuilder().setRange(range).build());
    assertThat(chunks).hasSizeGreaterThan(3);
    assertThat(chunks).extracting(RangeResponse::getReadRevision).containsOnly(chunks.getFirst().getReadRevision());
    List<KeyValue> kvs = chunks.stream().flatMap(c -> c.getKvsList().stream()).toList();
    assertThat(kvs).hasSize(20).extracting(kv -> kv.getKey().toStringUtf8()).isSorted();
    assertThat(chunks.getLast().getLast()).isTrue();
    assertThat(chunks.getLast().getMore()).isFalse();

    RangeResponse first = range(leader, RangeRequest.newBuilder().setRange(range).setLimit(5).setKeysOnly(true).build())
        .getLast();
    assertThat(first.getKvsList()).hasSize(5);
    assertThat(first.getMore()).isTrue();
    RangeRequest rest = RangeRequest.newBuilder().setRange(range).setKeysOnly(true).setRevision(first.getReadRevision())
        .setAfterKey(first.getKvs(4).getKey()).build();
    leader.kv().delete(DeleteRequest.newBuilder().setRange(range).build());
    assertThat(range(leader, rest).getLast().getKvsList()).as("goes on at the revision of the first answer")
        .hasSize(15);
    assertThat(range(leader, RangeRequest.newBuilder().setRange(range).setCountOnly(true).build()).getLast().getCount())
        .isZero();
    refused(() -> range(leader, rest.toBuilder().setRevision(0).build()), Status.Code.INVALID_ARGUMENT, "BAD_REQUEST");
  }

  // ---- sessions

  @Test
  void keepAlivesAreAnsweredWhenApplied() {
    long session = leader.sessions().open(OpenSessionRequest.newBuilder().setTtlMillis(5_000).build()).getSessionId();
    Recorder<KeepAliveResponse> answers = new Recorder<>();
    StreamObserver<KeepAliveRequest> keepAlive = SessionGrpc.newStub(leader.channel()).keepAlive(answers);
    keepAlive.onNext(KeepAliveRequest.newBuilder().setSessionId(session).setRequestId(7).build());
    keepAlive.onNext(KeepAliveRequest.newBuilder().setSessionId(session + 1_000_000).setRequestId(8).build());
    Await.until("both are answered", () -> answers.values().size() == 2);
    assertThat(answers.values()).anySatisfy(a -> {
      assertThat(a.getRequestId()).isEqualTo(7);
      assertThat(a.getTtlMillis()).isEqualTo(5_000);
      assertThat(a.hasError()).isFalse();
    }).anySatisfy(a -> assertThat(a.getError().getReason()).isEqualTo("SESSION_EXPIRED"));
    keepAlive.onCompleted();
    Await.until("the call ends", answers::completed);

    Recorder<KeepAliveResponse> elsewhere = new Recorder<>();
    SessionGrpc.newStub(follower.channel()).keepAlive(elsewhere)
        .onNext(KeepAliveRequest.newBuilder().setSessionId(session).setRequestId(9).build());
    Await.until("a follower answers", () -> !elsewhere.values().isEmpty());
    assertThat(elsewhere.values().getFirst().getError().getReason()).isEqualTo("NOT_LEADER");
  }

  @Test
  void aSessionThatAsksForTooShortALifeGetsTheShortest() {
    assertThat(leader.sessions().open(OpenSessionRequest.newBuilder().setTtlMillis(1).build()).getTtlMillis())
        .isEqualTo(3_000);
    assertThat(leader.sessions().open(OpenSessionRequest.getDefaultInstance()).getTtlMillis()).isEqualTo(10_000);
    refused(() -> leader.sessions().open(OpenSessionRequest.newBuilder().setTtlMillis(-1).build()),
        Status.Code.INVALID_ARGUMENT, "BAD_REQUEST");
  }

  @Test
  void aStreamOverTheNetwork() {
    long session = leader.sessions().open(OpenSessionRequest.getDefaultInstance()).getSessionId();
    Recorder<ServerFrame> frames = new Recorder<>();
    StreamObserver<ClientFrame> stream = SessionGrpc.newStub(leader.channel()).stream(frames);
    stream.onNext(ClientFrame.newBuilder().setHello(StreamHello.newBuilder().setSessionId(session)).build());
    Await.until("ready", () -> !frames.values().isEmpty());
    assertThat(frames.values().getFirst().hasReady()).isTrue();
    StreamRequests.Builder requests = StreamRequests.newBuilder();
    for (int sequence = 1; sequence <= 500; sequence++) {
      requests.addRequests(StreamRequest.newBuilder().setSequence(sequence)
          .setIncr(IncrRequest.newBuilder().setKey(utf8("stream")).setDelta(1)));
    }
    requests.addRequests(StreamRequest.newBuilder().setReadId(1).setAfter(500).setGet(get("stream")));
    stream.onNext(ClientFrame.newBuilder().setRequests(requests).build());
    Await.until("all answers", () -> replies(frames) == 501);
    assertThat(
        frames.values().stream().flatMap(f -> f.getReplies().getRepliesList().stream()).filter(r -> r.getReadId() == 1))
        .singleElement().satisfies(r -> assertThat(r.getGet().getKv().getValue()).isEqualTo(utf8("500")));
    Await.until("beats come by themselves", () -> frames.values().stream().filter(ServerFrame::hasBeat).count() >= 2);
    stream.onCompleted();
    Await.until("the call ends", frames::completed);
  }

  private static long replies(Recorder<ServerFrame> frames) {
    return frames.values().stream().mapToLong(f -> f.getReplies().getRepliesCount()).sum();
  }

  // ---- the cluster

  @Test
  void statusMembersAndHash() throws Exception {
    StatusResponse status = follower.status();
    assertThat(status.getPid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(status.getReady()).isTrue();
    assertThat(status.getAlarmsList()).isEmpty();
    Await.until("the log has a size", () -> follower.status().getLogBytes() > 0);
    assertThat(follower.cluster().members(MembersRequest.getDefaultInstance()).getMembersList())
        .extracting(m -> m.getId() + " " + m.getClientAddress())
        .containsExactlyElementsOf(cluster.nodes.stream().map(n -> n.id + " " + n.address()).toList());
    cluster.assertEqualStates();
    refused(() -> leader.cluster().hash(HashRequest.newBuilder().setIndex(-1).build()), Status.Code.INVALID_ARGUMENT,
        "BAD_REQUEST");
  }

  @Test
  void whoeverIsNotThereIsNamed() {
    refused(() -> leader.cluster().addLearner(AddLearnerRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT,
        "BAD_REQUEST");
    refused(() -> leader.cluster().remove(RemoveRequest.newBuilder().setId("n9").build()), Status.Code.NOT_FOUND,
        "NO_SUCH_MEMBER");
    refused(() -> follower.cluster().remove(RemoveRequest.newBuilder().setId("n9").build()), Status.Code.UNAVAILABLE,
        "NOT_LEADER");
    refused(() -> leader.cluster().transferLeadership(TransferLeadershipRequest.newBuilder().setTargetId("n9").build()),
        Status.Code.NOT_FOUND, "NO_SUCH_MEMBER");
    refused(() -> follower.cluster().transferLeadership(TransferLeadershipRequest.getDefaultInstance()),
        Status.Code.UNAVAILABLE, "NOT_LEADER");
  }

  @Test
  void healthAndReflection() {
    Await.until("serving", () -> HealthGrpc.newBlockingStub(follower.channel()).withDeadlineAfter(5, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance()).getStatus() == ServingStatus.SERVING);
    Recorder<ServerReflectionResponse> services = new Recorder<>();
    StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(follower.channel())
        .serverReflectionInfo(services);
    ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    ask.onCompleted();
    Await.until("listed", () -> !services.values().isEmpty());
    assertThat(services.values().getFirst().getListServicesResponse().getServiceList()).extracting(s -> s.getName())
        .contains("balsa.v1.Kv", "balsa.v1.Session", "balsa.v1.Cluster", "grpc.health.v1.Health");
  }

  @Test
  void operationsOverHttp() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http(http, "/health").statusCode()).isEqualTo(200);
      assertThat(http(http, "/ready").body()).isEqualTo("ready\n");
      leader.kv().put(put("m", "1").build());
      String metrics = http(http, "/metrics").body();
      for (String name : List.of("balsa_raft_term", "balsa_raft_role_leader", "balsa_raft_commit_index",
          "balsa_proposals_applied", "balsa_proposals_rejected_overloaded", "balsa_log_sync",
          "balsa_apply_batch_entries",
          "balsa_reads_served", "balsa_session_streams", "balsa_sessions", "balsa_raft_mailbox_dropped",
          "balsa_log_bytes",
          "balsa_peers_connected")) {
        assertThat(metrics).contains("\n" + name);
      }
      assertThat(metrics).containsPattern("\nbalsa_raft_role_leader 1.0");
      assertThat(http(http, "/nothing").statusCode()).isEqualTo(404);
    }
  }

  private HttpResponse<String> http(HttpClient http, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + leader.server().opsPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
