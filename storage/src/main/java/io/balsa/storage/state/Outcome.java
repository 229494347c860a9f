package io.balsa.storage.state;

import com.google.protobuf.ByteString;
import io.balsa.proto.internal.v1.Result;
import io.balsa.proto.v1.Error;
import io.balsa.storage.mvcc.KeyState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command evaluates to, before any of it is done (A2): the reply, and the keys that change, all at one revision.
 *
 * @param reply its revision is set when the changes are made
 */
record Outcome(Result.Builder reply, List<KeyChange> changes) {

  /** A key's next version. */
  static final class KeyChange {
    final byte[] key;
    final KeyState old;
    /** Null: the key is deleted. */
    final @Nullable ByteString value;
    final long lease;

    private KeyChange(byte[] key, KeyState old, @Nullable ByteString value, long lease) {
      this.key = key;
      this.old = old;
      this.value = value;
      this.lease = lease;
    }

    /** @param lease 0: none */
    static KeyChange put(byte[] key, KeyState old, ByteString value, long lease) {
      return new KeyChange(key, old, value, lease);
    }

    static KeyChange delete(byte[] key, KeyState old) {
      return new KeyChange(key, old, null, 0);
    }
  }

  static Outcome of(Result.Builder reply) {
    return new Outcome(reply, List.of());
  }

  /** A refusal: a result like any other, and nothing changes. */
  static Outcome refused(StatusCode code, String reason, String message, String... details) {
    return of(Result.newBuilder().setError(error(code, reason, message, details)));
  }

  /** @param details keys and values in turn */
  static Error error(StatusCode code, String reason, String message, String... details) {
    Error.Builder error = Error.newBuilder().setCode(code.number()).setReason(reason).setMessage(message);
    for (int i = 0; i < details.length; i += 2) {
      error.addDetails(Error.Detail.newBuilder().setKey(details[i]).setValue(details[i + 1]));
    }
    return error.build();
  }

  /** This refusal, with one more detail. */
  Outcome with(String key, String value) {
    reply.getErrorBuilder().addDetails(Error.Detail.newBuilder().setKey(key).setValue(value));
    return this;
  }

  /** This refusal, which says where in the command it was found. */
  Outcome in(String where) {
    Error.Builder error = reply.getErrorBuilder();
    error.setMessage(where + ": " + error.getMessage());
    return this;
  }

  boolean isRefusal() {
    return reply.getKindCase() == Result.KindCase.ERROR;
  }
}
