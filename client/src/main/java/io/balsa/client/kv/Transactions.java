package io.balsa.client.kv;

import io.balsa.client.error.TransactionConflictException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions, and runs again those that had a conflict: a conflict is definite, nothing was changed. What is not known
 * is never run again. Not API: behind {@code BalsaClient.transact}. Immutable and safe for use by any thread.
 */
public final class Transactions {
  /** How often a transaction is tried, conflicts after which the caller is told of the last one. */
  public static final int ATTEMPTS = 40;
  private static final long BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long BACKOFF_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final KvCalls calls;

  /** Runs them through these calls. */
  public Transactions(KvCalls calls) {
    this.calls = calls;
  }

  /** A new one. */
  public Transaction begin() {
    return calls.await(beginAsync(), false);
  }

  /** As {@link #begin()}, without waiting. */
  public CompletableFuture<Transaction> beginAsync() {
    return Transaction.begin(calls);
  }

  /** Begins, runs the body and commits, unless the body ended the transaction itself. */
  public <T extends @Nullable Object> T run(TransactionBody<T> body) {
    for (int attempt = 1;; attempt++) {
      try (Transaction tx = begin()) {
        T result = body.run(tx);
        if (tx.isOpen()) {
          tx.commit();
        }
        return result;
      } catch (TransactionConflictException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
      calls.await(pause(attempt), false);
    }
  }

  /** As {@link #run}, without waiting. */
  public <T extends @Nullable Object> CompletableFuture<T> runAsync(
      Function<Transaction, CompletableFuture<T>> body) {
    return attempt(body, 1);
  }

  private <T extends @Nullable Object> CompletableFuture<T> attempt(Function<Transaction, CompletableFuture<T>> body,
      int attempt) {
    return once(body).exceptionallyCompose(error -> {
      Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
      return cause instanceof TransactionConflictException && attempt < ATTEMPTS
          ? pause(attempt).thenCompose(paused -> attempt(body, attempt + 1))
          : CompletableFuture.failedFuture(cause);
    });
  }

  private <T extends @Nullable Object> CompletableFuture<T> once(Function<Transaction, CompletableFuture<T>> body) {
    return beginAsync().thenCompose(tx -> {
      CompletableFuture<T> ran;
      try {
        ran = body.apply(tx);
      } catch (RuntimeException | Error e) {
        tx.close();
        throw e;
      }
      return ran.thenCompose(result -> tx.isOpen()
          ? tx.commitAsync().thenApply(revision -> result)
          : CompletableFuture.completedFuture(result)).whenComplete((result, error) -> tx.close());
    });
  }

  /** Longer with each conflict, and of random length, so that those who met do not meet again. */
  private static CompletableFuture<@Nullable Void> pause(int attempt) {
    long most = Math.min(BACKOFF_MAX_NANOS, BACKOFF_NANOS << Math.min(attempt, 20));
    long nanos = ThreadLocalRandom.current().nextLong(most) + 1;
    return new CompletableFuture<@Nullable Void>().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
  }
}
