package io.balsa.client.rpc;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where futures are completed and listeners called. Whatever they do there is their own affair: the client's thread is in the
 * middle of telling all of them something, and must come to the end of it.
 *
 * @param executor
 *          of the client's user; what it refuses is run on the thread that calls
 */
record Callbacks(Executor executor) implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

  @Override
  public void execute(Runnable callback) {
    Runnable guarded = () -> guarded(callback);
    try {
      executor.execute(guarded);
    } catch (RejectedExecutionException e) {
      log.debug("the executor of callbacks takes nothing more", e);
      guarded.run();
    }
  }

  private static void guarded(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException e) {
      log.warn("a listener failed", e);
    }
  }
}
