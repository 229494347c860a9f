package io.balsa.client.snapshot;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Whether a stream of bytes ends with the SHA-256 of all that came before. Confined to one thread. */
final class TrailerCheck {
  private static final int DIGEST_BYTES = 32;

  private final MessageDigest digest;
  /** The newest bytes: those of the checksum, if nothing more comes. */
  private ByteString tail = ByteString.EMPTY;
  private long bytes;

  TrailerCheck() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void take(ByteString data) {
    bytes += data.size();
    ByteString held = tail.concat(data);
    int before = Math.max(0, held.size() - DIGEST_BYTES);
    held.substring(0, before).asReadOnlyByteBufferList().forEach(digest::update);
    tail = ByteString.copyFrom(held.substring(before).toByteArray());
  }

  long bytes() {
    return bytes;
  }

  /** In hexadecimal; empty: they do not agree. */
  String verified() {
    byte[] computed = digest.digest();
    return MessageDigest.isEqual(computed, tail.toByteArray()) ? HexFormat.of().formatHex(computed) : "";
  }
}
