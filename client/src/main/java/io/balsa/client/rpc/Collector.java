package io.balsa.client.rpc;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of one attempt together. Each attempt has its own.
 *
 * @param <M>
 *          a message
 * @param <R>
 *          the result
 */
interface Collector<M, R> {
  /** Returns whether more messages are wanted; false: the result is complete and the rest of the call is cancelled. */
  boolean take(M message);

  R result();

  /** Of a unary call: its one message, decoded. */
  static <M, R> Collector<M, R> single(Function<M, R> decode) {
    return new Collector<>() {
      private @Nullable M message;

      @Override
      public boolean take(M one) {
        message = one;
        return true;
      }

      @Override
      public R result() {
        M one = message;
        if (one == null) {
          throw new IllegalStateException("the server answered without a message");
        }
        return decode.apply(one);
      }
    };
  }
}
