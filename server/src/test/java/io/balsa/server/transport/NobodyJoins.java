package io.balsa.server.transport;

import io.balsa.proto.internal.v1.JoinRequest;
import io.balsa.proto.internal.v1.JoinResponse;
import io.balsa.proto.internal.v1.PromotionRequest;
import io.balsa.proto.internal.v1.PromotionResponse;
import io.balsa.proto.internal.v1.ReplaceRequest;
import io.balsa.server.join.MembershipRequests;
import java.util.function.Consumer;

/** For tests in which nobody wants to be a member. */
enum NobodyJoins implements MembershipRequests {
  INSTANCE;

  @Override
  public void join(JoinRequest request, Consumer<JoinResponse> answer) {
    throw new AssertionError(request);
  }

  @Override
  public void replace(ReplaceRequest request, Consumer<JoinResponse> answer) {
    throw new AssertionError(request);
  }

  @Override
  public void promote(PromotionRequest request, Consumer<PromotionResponse> answer) {
    throw new AssertionError(request);
  }
}
