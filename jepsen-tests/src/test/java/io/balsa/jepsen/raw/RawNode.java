package io.balsa.jepsen.raw;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.balsa.junit.cluster.ServerProcess;
import io.balsa.proto.v1.KeepAliveResponse;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.LeaseGrpc;
import io.balsa.proto.v1.OpenSessionRequest;
import io.balsa.proto.v1.SessionGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One node, over a connection of its own. */
public final class RawNode implements AutoCloseable {
  private static final int INBOUND_BYTES_MAX = 8 << 20;
  private static final long CALL_SECONDS_MAX = 60;

  private final ManagedChannel channel;

  private RawNode(ManagedChannel channel) {
    this.channel = channel;
  }

  public static RawNode connect(ServerProcess node) {
    return new RawNode(NettyChannelBuilder.forTarget(node.address()).usePlaintext().disableRetry()
        .maxInboundMessageSize(INBOUND_BYTES_MAX).build());
  }

  public ManagedChannel channel() {
    return channel;
  }

  public KvGrpc.KvBlockingStub kv() {
    return KvGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  public KvGrpc.KvFutureStub kvFutures() {
    return KvGrpc.newFutureStub(channel).withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  public SessionGrpc.SessionBlockingStub sessions() {
    return SessionGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  public SessionGrpc.SessionFutureStub sessionFutures() {
    return SessionGrpc.newFutureStub(channel).withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  public LeaseGrpc.LeaseBlockingStub leases() {
    return LeaseGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** The id of a new session. */
  public long open(Duration ttl) {
    return sessions().open(OpenSessionRequest.newBuilder().setTtlMillis(ttl.toMillis()).build()).getSessionId();
  }

  /** Acknowledges every reply below this sequence by the RPC that is there for it, and waits until that is applied. */
  public KeepAliveResponse acknowledge(long session, long lowestAwaited) {
    try (RawKeepAlives keepAlives = new RawKeepAlives(this)) {
      keepAlives.send(session, lowestAwaited);
      keepAlives.awaitAnswers(1);
      return keepAlives.answers().iterator().next();
    }
  }

  /** The reason in the details of a status, which is what clients in any language decide by. */
  public static String reason(StatusRuntimeException refusal) {
    ErrorInfo info = info(refusal);
    return info.getReason().isEmpty() ? "none: " + refusal : info.getReason();
  }

  /** What else stands there. */
  public static Map<String, String> details(StatusRuntimeException refusal) {
    return info(refusal).getMetadataMap();
  }

  private static ErrorInfo info(StatusRuntimeException refusal) {
    try {
      com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
      return status == null || status.getDetailsCount() == 0 ? ErrorInfo.getDefaultInstance()
          : status.getDetails(0).unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
