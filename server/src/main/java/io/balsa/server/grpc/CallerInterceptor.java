package io.balsa.server.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** The one place that every call passes: says who makes it. */
public final class CallerInterceptor implements ServerInterceptor {
  private static final Context.Key<Caller> CALLER = Context.keyWithDefault("balsa-caller", Caller.ANONYMOUS);

  /** Of the call that this thread is handling. */
  static Caller current() {
    return CALLER.get();
  }

  @Override
  public <Q, P> ServerCall.Listener<Q> interceptCall(ServerCall<Q, P> call, Metadata headers,
      ServerCallHandler<Q, P> next) {
    return Contexts.interceptCall(Context.current().withValue(CALLER, Caller.ANONYMOUS), call, headers, next);
  }
}
