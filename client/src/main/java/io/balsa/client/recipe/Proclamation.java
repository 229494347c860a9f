package io.balsa.client.recipe;

import io.balsa.client.error.BalsaException;
import io.balsa.client.error.Errors;
import io.balsa.client.kv.KeyValue;
import java.nio.charset.StandardCharsets;

/**
 * What stands under the key of an election: the token of who wrote it, a space, what was proclaimed. One key holds both, so
 * that one event of that key tells a change of leader, and a reader need not fit two keys together.
 */
final class Proclamation {
  private static final String KEYS = "balsa/election/";

  /** A value of the store, less the token and the space. */
  private static final int BYTES_MAX = 1024 * 1024 - 20;

  private Proclamation() {}

  /** Before it is asked for the lock: nobody is to hear after hours in the queue that his value is too large. */
  static void check(String value) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > BYTES_MAX) {
      throw Errors.invalid("VALUE_TOO_LARGE", "the value has " + bytes + " bytes, the limit is " + BYTES_MAX);
    }
  }

  static String key(String election) {
    return KEYS + election;
  }

  static String write(long token, String value) {
    return token + " " + value;
  }

  static Leader read(KeyValue kv) {
    String text = kv.utf8();
    int space = text.indexOf(' ');
    try {
      if (space > 0) {
        return new Leader(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
      }
    } catch (NumberFormatException e) {
      throw foreign(kv);
    }
    throw foreign(kv);
  }

  private static BalsaException foreign(KeyValue kv) {
    return Errors.refused("NOT_AN_ELECTION",
        "the key " + kv.keyUtf8()
            + " holds what no leader has proclaimed: somebody else has put it; delete it, or use another"
            + " name for the election");
  }
}
