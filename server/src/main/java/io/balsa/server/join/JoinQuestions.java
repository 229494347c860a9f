package io.balsa.server.join;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Asks another node. Each future completes within a bound of its own, exceptionally if the node was not reached; the exception's message
 * says why. What was asked may be done all the same.
 */
public interface JoinQuestions {
  CompletableFuture<JoinResponse> join(Seat at, JoinRequest request);

  CompletableFuture<JoinResponse> replace(Seat at, ReplaceRequest request);

  CompletableFuture<PromotionResponse> promote(Seat at, PromotionRequest request);
}
