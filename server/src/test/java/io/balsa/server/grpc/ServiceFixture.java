package io.balsa.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.balsa.proto.v1.SessionContext;
import io.balsa.server.config.RequestLimits;
import io.balsa.server.space.SpaceQuota;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A service in this process on a real state machine, and both its loop and its log driven by hand. */
abstract class ServiceFixture {
  static final long LEASE_TTL_MIN = 500;

  final ManualLoop loop = new ManualLoop();
  final Serving serving = new Serving(FakeConsensus.SELF, List::of);
  final RequestChecks checks = new RequestChecks(RequestLimits.DEFAULT, LEASE_TTL_MIN, Authorizer.ALLOW_ALL,
      new SpaceQuota(0));
  FakeConsensus consensus;
  SessionStreams streams;
  Group group;
  Server server;
  ManagedChannel channel;

  abstract BindableService service();

  @BeforeEach
  void start() throws Exception {
    consensus = new FakeConsensus();
    streams = new SessionStreams(new ProposalBudget(1_000, 1 << 20));
    group = new Group(42, 0, FakeConsensus.SELF, consensus, consensus.state(), consensus.fresh, loop, loop,
        new RenewalCollector(FakeConsensus.SELF, streams::acknowledged), streams, consensus.watches(loop));
    serving.begin(group);
    String name = getClass().getSimpleName();
    server = InProcessServerBuilder.forName(name).directExecutor().addService(service()).build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /** What is not answered yet, when everything is done that can be. */
  <T> ListenableFuture<T> begin(ListenableFuture<T> call) {
    loop.run();
    return call;
  }

  /** The answer, after everything that was proposed has been applied. */
  <T> T answer(ListenableFuture<T> call) throws Exception {
    loop.run();
    consensus.applyAll();
    loop.run();
    assertThat(call).isDone();
    return call.get();
  }

  /** The reason of a call that was refused, and the detail of this key. */
  static String refused(ListenableFuture<?> call, Function<ErrorInfo, String> what) {
    assertThat(call).isDone();
    ExecutionException failure = catchThrowableOfType(ExecutionException.class, call::get);
    StatusRuntimeException status = (StatusRuntimeException) failure.getCause();
    assertThat(status.getStatus().getDescription()).isNotBlank();
    try {
      return what.apply(StatusProto.fromThrowable(status).getDetails(0).unpack(ErrorInfo.class));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  String refused(ListenableFuture<?> call) throws Exception {
    loop.run();
    consensus.applyAll();
    loop.run();
    return refused(call, ErrorInfo::getReason);
  }

  long openSession(long ttlMillis) throws Exception {
    return consensus.apply(Commands.openSession(ttlMillis)).getOpenedSession().getSessionId();
  }

  static SessionContext numbered(long session, long sequence) {
    return SessionContext.newBuilder().setSessionId(session).setSequence(sequence).build();
  }

  static ByteString utf8(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
