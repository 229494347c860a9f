package io.balsa.cli.bench;

import java.util.concurrent.CompletionStage;

/** One client of the store under load, with connections of its own. Methods do not block; completion comes on any thread. */
public interface LoadClient extends AutoCloseable {
  /** Completes when the put is applied. */
  CompletionStage<?> put(byte[] key, byte[] value);

  /** Completes with whether the key was there. */
  CompletionStage<Boolean> get(byte[] key);

  /** Completes when one was added. */
  CompletionStage<?> incr(byte[] key);

  @Override
  void close();
}
