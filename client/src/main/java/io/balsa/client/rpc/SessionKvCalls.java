package io.balsa.client.rpc;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.kv.KvCalls;
import io.balsa.client.kv.RangeChunks;
import io.balsa.client.kv.RangePage;
import io.balsa.client.session.Call;
import io.balsa.client.session.SessionCore;
import io.balsa.proto.v1.KvGrpc;
import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.RangeResponse;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Through the session: exactly once and in order. */
final class SessionKvCalls implements KvCalls {
  private final ClientLoop loop;
  private final SessionCore core;
  private final LeaderCalls leaderCalls;
  private final Executor callbacks;
  private final Duration timeout;

  SessionKvCalls(ClientLoop loop, SessionCore core, LeaderCalls leaderCalls, Executor callbacks, Duration timeout) {
    this.loop = loop;
    this.core = core;
    this.leaderCalls = leaderCalls;
    this.callbacks = callbacks;
    this.timeout = timeout;
  }

  @Override
  public <T> CompletableFuture<T> call(StreamRequest.Builder operation, boolean mutation,
      Function<StreamReply, T> decode) {
    long deadline = loop.deadline(timeout, 0);
    FutureCall<T> call = new FutureCall<>(operation, mutation, deadline, decode, callbacks);
    loop.run(() -> core.submit(call));
    return call.future;
  }

  @Override
  public CompletableFuture<RangePage> page(RangeRequest request, Function<RangeChunks, RangePage> decode) {
    return page(leaderCalls, request, decode, timeout);
  }

  static CompletableFuture<RangePage> page(LeaderCalls calls, RangeRequest request,
      Function<RangeChunks, RangePage> decode, Duration timeout) {
    return calls.stream(KvGrpc.getRangeMethod(), request, RangeResponse::getHeader,
        () -> new Collector<RangeResponse, RangePage>() {
          private final RangeChunks chunks = new RangeChunks();

          @Override
          public boolean take(RangeResponse chunk) {
            return chunks.take(chunk);
          }

          @Override
          public RangePage result() {
            return decode.apply(chunks);
          }
        }, timeout);
  }

  @Override
  public <T> T await(CompletableFuture<T> future, boolean mutation) {
    return Waiting.await(loop, future, mutation);
  }

  @Override
  public KvCalls withTimeout(Duration other) {
    return within(other);
  }

  SessionKvCalls within(Duration other) {
    return new SessionKvCalls(loop, core, leaderCalls, callbacks, other);
  }

  private static final class FutureCall<T> extends Call {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Function<StreamReply, T> decode;
    private final Executor callbacks;

    FutureCall(StreamRequest.Builder operation, boolean mutation, long deadline, Function<StreamReply, T> decode,
        Executor callbacks) {
      super(operation, mutation, deadline);
      this.decode = decode;
      this.callbacks = callbacks;
    }

    @Override
    protected void answered(StreamReply reply) {
      if (reply.hasError()) {
        failed(Errors.ofAnswer(reply.getError(), isMutation(reply)));
      } else {
        T result;
        try {
          result = decode.apply(reply);
        } catch (RuntimeException e) {
          failed(Errors.unexpected(e));
          return;
        }
        callbacks.execute(() -> future.complete(result));
      }
    }

    private static boolean isMutation(StreamReply reply) {
      return reply.getSequence() != 0;
    }

    @Override
    protected void failed(BalsaException error) {
      callbacks.execute(() -> future.completeExceptionally(error));
    }

    @Override
    protected boolean cancelled() {
      return future.isDone();
    }
  }
}
