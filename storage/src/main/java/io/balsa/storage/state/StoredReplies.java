package io.balsa.storage.state;

import com.google.protobuf.InvalidProtocolBufferException;
import io.balsa.proto.internal.v1.Result;
import io.balsa.storage.kv.StateCorruptException;

/** Reads what rows of REPLIES hold: an encoded Result. */
final class StoredReplies {
  private StoredReplies() {
  }

  static Result decode(byte[] row) throws StateCorruptException {
    try {
      return Result.parseFrom(row);
    } catch (InvalidProtocolBufferException e) {
      throw new StateCorruptException(
          "state is corrupt; a stored reply of " + row.length + " bytes cannot be read: stop this node,"
              + " move its state directory aside and start again, which rebuilds the state from its log",
          e);
    }
  }
}
