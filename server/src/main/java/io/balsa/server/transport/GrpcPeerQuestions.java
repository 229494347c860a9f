package io.balsa.server.transport;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.HostPort;
import io.balsa.server.formation.PeerQuestions;
import io.balsa.server.join.JoinQuestions;
import io.balsa.server.join.Seat;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Questions to other nodes outside of consensus, over the network: one connection for each, given up after a bound. */
public final class GrpcPeerQuestions implements PeerQuestions, JoinQuestions {
  private static final long ANSWER_MILLIS_MAX = 1_000;
  /** Of what is answered when it is applied. */
  private static final long CHANGE_MILLIS_MAX = 3_000;

  private final Map<NodeId, HostPort> routes;
  private final PeerDialer dialer;

  /** @param routes addresses to dial in place of a node's own */
  public GrpcPeerQuestions(Map<NodeId, HostPort> routes, EventLoops loops) {
    this.routes = routes;
    this.dialer = new PeerDialer(loops);
  }

  @Override
  public CompletableFuture<FormationResponse> ask(NodeId peer, String address, FormationRequest request) {
    return call(new Seat(peer, address), ANSWER_MILLIS_MAX, (stub, answer) -> stub.formation(request, answer));
  }

  @Override
  public CompletableFuture<JoinResponse> join(Seat at, JoinRequest request) {
    return call(at, CHANGE_MILLIS_MAX, (stub, answer) -> stub.join(request, answer));
  }

  @Override
  public CompletableFuture<JoinResponse> replace(Seat at, ReplaceRequest request) {
    return call(at, CHANGE_MILLIS_MAX, (stub, answer) -> stub.replace(request, answer));
  }

  @Override
  public CompletableFuture<PromotionResponse> promote(Seat at, PromotionRequest request) {
    return call(at, CHANGE_MILLIS_MAX, (stub, answer) -> stub.promote(request, answer));
  }

  private <A> CompletableFuture<A> call(Seat at, long millisMax,
      BiConsumer<PeerGrpc.PeerStub, StreamObserver<A>> question) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    HostPort route = at.id() == null ? null : routes.get(at.id());
    ManagedChannel channel;
    try {
      channel = dialer.dial(route == null ? HostPort.of(at.address()) : route);
    } catch (IllegalArgumentException e) {
      answer.completeExceptionally(e);
      return answer;
    }
    question.accept(PeerGrpc.newStub(channel).withDeadlineAfter(millisMax, TimeUnit.MILLISECONDS),
        new StreamObserver<>() {
          private @Nullable A response;

          @Override
          public void onNext(A value) {
            response = value;
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(new IllegalStateException(ConnectFailures.describe(failure), failure));
          }

          @Override
          public void onCompleted() {
            A value = response;
            if (value == null) {
              answer.completeExceptionally(new IllegalStateException("it answered nothing"));
            } else {
              answer.complete(value);
            }
          }
        });
    return answer.whenComplete((value, failure) -> channel.shutdownNow());
  }
}
