package io.balsa.client.kv;

import io.balsa.proto.v1.RangeRequest;
import io.balsa.proto.v1.StreamReply;
import io.balsa.proto.v1.StreamRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What carries the calls of {@link Kv}. Not API: implemented by the SDK. Safe for use by any thread. */
public interface KvCalls {
  /**
   * Sends one operation; the future ends as the answer says, or with a {@code BalsaException}.
   *
   * @param operation
   *          validated, with nothing but its operation set
   */
  <T> CompletableFuture<T> call(StreamRequest.Builder operation, boolean mutation, Function<StreamReply, T> decode);

  /** One page of a range: its rows in order, bounded in number by the request and in bytes. */
  CompletableFuture<RangePage> page(RangeRequest request, Function<RangeChunks, RangePage> decode);

  /** Waits for a future of this object and throws what it ended with. */
  <T> T await(CompletableFuture<T> future, boolean mutation);

  /** The same with another time for each call. */
  KvCalls withTimeout(Duration timeout);
}
