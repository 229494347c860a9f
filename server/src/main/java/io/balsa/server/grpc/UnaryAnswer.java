package io.balsa.server.grpc;

import io.balsa.proto.v1.Error;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to one unary call, given once, from any thread, and written on the loop of its connection: neither the raft
 * thread nor the applier encodes for the network.
 */
final class UnaryAnswer<T> {
  private static final Logger log = LoggerFactory.getLogger(UnaryAnswer.class);

  private final ServerCallStreamObserver<T> observer;
  private final Executor loop;

  UnaryAnswer(StreamObserver<T> observer, Executor loop) {
    this.observer = (ServerCallStreamObserver<T>) observer;
    this.loop = loop;
    // Whoever gave up is told nothing; without a handler an answer to a cancelled call would throw.
    this.observer.setOnCancelHandler(() -> {
    });
  }

  /** What is to be done when the client gives up, or its deadline passes: once, on any thread. Before the answer is given. */
  void whenCancelled(Runnable task) {
    observer.setOnCancelHandler(task);
  }

  void ok(Supplier<T> response) {
    okIfKnown(response, () -> {
      throw new IllegalStateException("an answer that is given without fail is null");
    });
  }

  /**
   * @param response  makes the answer, on the loop, from what lies in memory; null: it does not
   * @param otherwise sees to it that the answer is given, later; on the loop
   */
  void okIfKnown(Supplier<? extends @Nullable T> response, Runnable otherwise) {
    loop.execute(() -> {
      if (observer.isCancelled()) {
        return;
      }
      T answer;
      try {
        answer = response.get();
        if (answer == null) {
          otherwise.run();
          return;
        }
      } catch (RuntimeException e) {
        log.error("an answer could not be made", e);
        observer.onError(Errors.exception(Errors.error(Reason.INTERNAL, "the answer could not be made: " + e)));
        return;
      }
      observer.onNext(answer);
      observer.onCompleted();
    });
  }

  void fail(Error error) {
    loop.execute(() -> {
      if (!observer.isCancelled()) {
        observer.onError(Errors.exception(error));
      }
    });
  }
}
