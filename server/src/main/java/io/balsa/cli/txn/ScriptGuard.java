package io.balsa.cli.txn;

import com.google.protobuf.ByteString;

/** One line before {@code then}. {@code prefix}: it is about every key that begins with {@code key}. */
public sealed interface ScriptGuard {
  /** How what is stored is to compare with what is written. */
  enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    GREATER
  }

  /** What of a key is compared. */
  enum Field {
    VERSION,
    CREATE,
    MOD,
    LEASE
  }

  /** {@code value K = V}. */
  record Value(ByteString key, boolean prefix, Relation relation, ByteString value) implements ScriptGuard {}

  /** {@code version K > N}, {@code create K = N}, {@code mod K < N}, {@code lease K = N}. */
  record NumberGuard(Field field, ByteString key, boolean prefix, Relation relation,
      long number) implements ScriptGuard {}

  /** {@code exists K}; {@code missing K}: it does not. */
  record Existence(ByteString key, boolean prefix, boolean exists) implements ScriptGuard {}

  /** {@code unchanged K R}: not put and not deleted after this revision. */
  record Unchanged(ByteString key, boolean prefix, long revision) implements ScriptGuard {}

  /** {@code held LOCK TOKEN}. */
  record Held(String lock, long token) implements ScriptGuard {}
}
