package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.Error;
import io.balsa.proto.v1.GetRequest;
import io.balsa.proto.v1.GetResponse;
import io.balsa.proto.v1.Guard;
import io.balsa.proto.v1.KeyRange;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.PutRequest;
import io.balsa.proto.v1.PutResponse;
import io.balsa.proto.v1.TxnOp;
import io.balsa.proto.v1.TxnRequest;
import io.balsa.proto.v1.TxnResponse;
import io.balsa.raft.action.Rejection;
import io.balsa.server.config.RequestLimits;
import io.balsa.server.space.SpaceQuota;
import io.balsa.storage.mvcc.KeyBounds;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Unary calls, and what they are told when consensus says this or that (E1). */
class KvServiceTest {
  private static final PutRequest PUT = PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
  private static final GetRequest GET = GetRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();

  private final ManualLoop loop = new ManualLoop();
  private final Serving serving = new Serving(FakeConsensus.SELF, () -> List.of("n2"));
  private FakeConsensus consensus;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    consensus = new FakeConsensus();
    KvService service = new KvService(serving,
        new RequestChecks(RequestLimits.DEFAULT, 500, this::check, new SpaceQuota(0)), () -> loop);
    server = InProcessServerBuilder.forName("kv").directExecutor().addService(service).build().start();
    channel = InProcessChannelBuilder.forName("kv").directExecutor().build();
    SessionStreams streams = new SessionStreams(new ProposalBudget(10, 1_000));
    serving.begin(new Group(42, 0, FakeConsensus.SELF, consensus, consensus.state(), consensus.fresh, loop, loop,
        new RenewalCollector(FakeConsensus.SELF, streams::acknowledged), streams, consensus.watches(loop)));
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** Nobody may write to "secret". */
  private Error check(Caller caller, Authorizer.Access access, KeyBounds keys) {
    return access == Authorizer.Access.WRITE && keys.start().toStringUtf8().equals("secret")
        ? Errors.error(Reason.PERMISSION_DENIED, "not to " + caller)
        : null;
  }

  private ListenableFuture<PutResponse> put(PutRequest request) {
    ListenableFuture<PutResponse> answer = KvGrpc.newFutureStub(channel).put(request);
    loop.run();
    return answer;
  }

  static String refused(ListenableFuture<?> answer, Status.Code code) throws Exception {
    assertThat(answer).isDone();
    ExecutionException failure = catchThrowableOfType(ExecutionException.class, answer::get);
    StatusRuntimeException status = (StatusRuntimeException) failure.getCause();
    assertThat(status.getStatus().getCode()).isEqualTo(code);
    return StatusProto.fromThrowable(status).getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  @Test
  void aPutIsAnsweredWhenItIsApplied() throws Exception {
    ListenableFuture<PutResponse> answer = put(PUT);
    assertThat(answer.isDone()).isFalse();
    consensus.applyAll();
    loop.run();
    assertThat(answer.get().getHeader().getRevision()).isEqualTo(2);
    assertThat(answer.get().getHeader().getMemberId()).isEqualTo("n1");
    assertThat(answer.get().getHeader().getTerm()).isEqualTo(1);
  }

  @Test
  void whatWasProposedAndLostIsUnknownNeverUnavailable() throws Exception {
    ListenableFuture<PutResponse> answer = put(PUT);
    consensus.proposed.remove().callback().unknown();
    loop.run();
    assertThat(refused(answer, Status.Code.UNKNOWN)).isEqualTo("OUTCOME_UNKNOWN");
  }

  @Test
  void whatIsInNoLogMayBeTriedAgain() throws Exception {
    consensus.rejectProposals = Rejection.OVERLOADED;
    assertThat(refused(put(PUT), Status.Code.RESOURCE_EXHAUSTED)).isEqualTo("OVERLOADED");
    consensus.rejectProposals = Rejection.STOPPING;
    assertThat(refused(put(PUT), Status.Code.UNAVAILABLE)).isEqualTo("STOPPING");
    consensus.rejectProposals = Rejection.NOT_LEADER;
    consensus.leader = FakeConsensus.OTHER;
    assertThat(refused(put(PUT), Status.Code.UNAVAILABLE)).isEqualTo("NOT_LEADER");
  }

  @Test
  void aReadWaitsForItsReadIndex() throws Exception {
    consensus.answerReadsAtOnce = false;
    ListenableFuture<GetResponse> answer = KvGrpc.newFutureStub(channel).get(GET);
    loop.run();
    assertThat(answer.isDone()).isFalse();
    consensus.apply(Commands.put(PUT));
    consensus.answerReads();
    loop.run();
    assertThat(answer.get().hasKv()).isTrue();
  }

  @Test
  void theAuthorizerIsAskedBeforeAnythingIsProposed() throws Exception {
    assertThat(
        refused(put(PUT.toBuilder().setKey(ByteString.copyFromUtf8("secret")).build()), Status.Code.PERMISSION_DENIED))
        .isEqualTo("PERMISSION_DENIED");
    assertThat(consensus.proposed).isEmpty();
  }

  @Test
  void aTransactionIsDecidedInOneStep() throws Exception {
    TxnRequest txn = TxnRequest.newBuilder()
        .addGuards(Guard.newBuilder().setRange(KeyRange.newBuilder().setStart(PUT.getKey())).setExists(false))
        .addThenOps(TxnOp.newBuilder().setPut(PUT)).addElseOps(TxnOp.newBuilder().setGet(GET)).build();
    ListenableFuture<TxnResponse> first = KvGrpc.newFutureStub(channel).txn(txn);
    ListenableFuture<TxnResponse> second = KvGrpc.newFutureStub(channel).txn(txn);
    loop.run();
    consensus.applyAll();
    loop.run();
    assertThat(first.get().getSucceeded()).isTrue();
    assertThat(first.get().getHeader().getRevision()).isEqualTo(2);
    assertThat(second.get().getSucceeded()).isFalse();
    assertThat(second.get().getResponses(0).getGet().getKv().getModRevision()).isEqualTo(2);
    assertThat(second.get().getHeader().getRevision()).as("A5: it changed nothing").isEqualTo(2);
  }

  @Test
  void aTransactionIsAuthorisedForAllItMayDo() throws Exception {
    PutRequest secret = PUT.toBuilder().setKey(ByteString.copyFromUtf8("secret")).build();
    ListenableFuture<TxnResponse> answer = KvGrpc.newFutureStub(channel)
        .txn(TxnRequest.newBuilder().addElseOps(TxnOp.newBuilder().setPut(secret)).build());
    loop.run();
    assertThat(refused(answer, Status.Code.PERMISSION_DENIED)).isEqualTo("PERMISSION_DENIED");
    assertThat(consensus.proposed).isEmpty();
  }

  @Test
  void whoGaveUpIsNotAnswered() throws Exception {
    ListenableFuture<PutResponse> answer = put(PUT);
    answer.cancel(true);
    consensus.applyAll();
    loop.run();
    assertThat(answer.isCancelled()).isTrue();
  }

  @Test
  void beforeTheClusterIsFormedThereIsNoLeader() throws Exception {
    Serving early = new Serving(FakeConsensus.SELF, () -> List.of("n2"));
    server.shutdownNow().awaitTermination();
    server = InProcessServerBuilder.forName("early").directExecutor()
        .addService(
            new KvService(early, new RequestChecks(RequestLimits.DEFAULT, 500, Authorizer.ALLOW_ALL, new SpaceQuota(0)),
                () -> loop))
        .build()
        .start();
    channel.shutdownNow();
    channel = InProcessChannelBuilder.forName("early").directExecutor().build();
    assertThat(refused(put(PUT), Status.Code.UNAVAILABLE)).isEqualTo("NO_LEADER");
  }
}
