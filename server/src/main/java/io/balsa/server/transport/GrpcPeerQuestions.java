package io.balsa.server.transport;

import io.balsa.proto.internal.v1.FormationRequest;
import io.balsa.proto.internal.v1.FormationResponse;
import io.balsa.proto.internal.v1.PeerGrpc;
import io.balsa.raft.log.NodeId;
import io.balsa.server.config.HostPort;
import io.balsa.server.formation.PeerQuestions;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Formation's questions over the network: one connection for each, given up after a second. */
public final class GrpcPeerQuestions implements PeerQuestions {
  private static final long ANSWER_MILLIS_MAX = 1_000;

  private final Map<NodeId, HostPort> routes;
  private final PeerDialer dialer;

  public GrpcPeerQuestions(Map<NodeId, HostPort> routes, EventLoops loops) {
    this.routes = routes;
    this.dialer = new PeerDialer(loops);
  }

  @Override
  public CompletableFuture<FormationResponse> ask(NodeId peer, String address, FormationRequest request) {
    HostPort route = routes.get(peer);
    ManagedChannel channel = dialer.dial(route == null ? HostPort.of(address) : route);
    CompletableFuture<FormationResponse> answer = new CompletableFuture<>();
    PeerGrpc.newStub(channel).withDeadlineAfter(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS).formation(request,
        new StreamObserver<>() {
          private @Nullable FormationResponse response;

          @Override
          public void onNext(FormationResponse value) {
            response = value;
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(new IllegalStateException(ConnectFailures.describe(failure), failure));
          }

          @Override
          public void onCompleted() {
            answer.complete(response == null ? FormationResponse.getDefaultInstance() : response);
          }
        });
    return answer.whenComplete((value, failure) -> channel.shutdownNow());
  }
}
