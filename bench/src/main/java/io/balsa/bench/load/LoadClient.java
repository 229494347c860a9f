package io.balsa.bench.load;

import org.jspecify.annotations.Nullable;

/** How one store is asked. Methods do not block; answers come on any thread. Safe for use by any thread. */
public interface LoadClient extends AutoCloseable {
  /** Hears how an operation ended. */
  @FunctionalInterface
  interface Answer {
    /** @param failure null: it ended well */
    void ended(@Nullable Throwable failure);
  }

  /** Ends well when the value is stored as durably as the store promises. */
  void put(String key, byte[] value, Answer answer);

  /** Ends well when the newest value was read, and there was one. */
  void get(String key, Answer answer);

  /** Ends well when one was added. */
  default void incr(String key, Answer answer) {
    throw new UnsupportedOperationException("this store has no counters");
  }

  @Override
  void close();
}
