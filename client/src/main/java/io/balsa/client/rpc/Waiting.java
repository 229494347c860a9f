package io.balsa.client.rpc;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** How blocking calls wait. */
final class Waiting {
  private Waiting() {}

  static <T> T await(ClientLoop loop, CompletableFuture<T> future, boolean mutation) {
    if (loop.inLoop() && !future.isDone()) {
      throw new IllegalStateException(
          "a blocking call on the Balsa client's own thread would wait for itself: use the Async twin, or give the client an"
              + " executor for its callbacks");
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.cancel(false); // what has no number yet is dropped
      throw Errors.interrupted(mutation);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BalsaException balsa) {
        throw balsa.rethrown();
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
