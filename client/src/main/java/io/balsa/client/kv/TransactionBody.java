package io.balsa.client.kv;

import org.jspecify.annotations.Nullable;

/**
 * What runs in a transaction, on the thread that called {@code transact}. It may run several times: what it does besides the
 * transaction must bear that.
 *
 * @param <T>
 *          its result
 */
@FunctionalInterface
public interface TransactionBody<T extends @Nullable Object> {
  /** Reads and writes through the transaction; what it throws rolls it back and reaches the caller. */
  T run(Transaction tx);
}
