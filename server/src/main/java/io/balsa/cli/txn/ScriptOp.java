package io.balsa.cli.txn;

import com.google.protobuf.ByteString;
import java.util.OptionalLong;

/** One line behind {@code then} or {@code else}. */
public sealed interface ScriptOp {
  /** The key, or the prefix of several. */
  ByteString key();

  /** {@code get K}. */
  record Get(ByteString key) implements ScriptOp {}

  /**
   * {@code range PREFIX}.
   *
   * @param limit rows at most; 0: all
   */
  record Range(ByteString key, long limit, boolean keysOnly, boolean reverse) implements ScriptOp {}

  /**
   * {@code put K V}.
   *
   * @param lease 0: none
   */
  record Put(ByteString key, ByteString value, long lease) implements ScriptOp {}

  /** {@code del K}. */
  record Delete(ByteString key, boolean prefix) implements ScriptOp {}

  /** {@code incr K [N]}. */
  record Incr(ByteString key, long delta, OptionalLong initial, OptionalLong max) implements ScriptOp {}
}
