package io.balsa.server.join;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import java.util.function.Consumer;

/**
 * What nodes ask that want to be members, or voters. Called on event loops: returns at once; each answer is given once, on any thread.
 */
public interface MembershipRequests {
  void join(JoinRequest request, Consumer<JoinResponse> answer);

  void replace(ReplaceRequest request, Consumer<JoinResponse> answer);

  void promote(PromotionRequest request, Consumer<PromotionResponse> answer);
}
