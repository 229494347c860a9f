package io.balsa.client.recipe;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Futures that follow from others. */
final class Chained {
  private Chained() {}

  /**
   * The result, which gives up what it comes from when it is cancelled or timed out by whoever has it: what hangs on a request for
   * a lock by {@code thenApply} would leave that in the queue (cancelling goes no further than one future).
   */
  static <T> CompletableFuture<T> givesUp(CompletableFuture<T> result, CompletableFuture<?> source) {
    var unused = result.whenComplete((value, error) -> {
      if (error != null) {
        source.cancel(false); // of one that is over: nothing
      }
    });
    return result;
  }

  /** What a future ended with, without what the JDK puts around it. */
  static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
  }
}
