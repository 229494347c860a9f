package io.balsa.client.kv;

import com.google.protobuf.ByteString;

/** A key with its value and what the store knows of it, as of one revision. Immutable. */
public final class KeyValue {
  private final io.balsa.proto.v1.KeyValue kv;

  /** Not API: for the other packages of the SDK. */
  public KeyValue(io.balsa.proto.v1.KeyValue kv) {
    this.kv = kv;
  }

  /** The key; the array is the caller's own. */
  public byte[] key() {
    return kv.getKey().toByteArray();
  }

  /** The key read as UTF-8; bytes that are none become U+FFFD. */
  public String keyUtf8() {
    return kv.getKey().toStringUtf8();
  }

  /** The value; empty where only keys were asked for. The array is the caller's own. */
  public byte[] value() {
    return kv.getValue().toByteArray();
  }

  /** The value read as UTF-8; bytes that are none become U+FFFD. */
  public String utf8() {
    return kv.getValue().toStringUtf8();
  }

  /**
   * The value as the number that counters and {@code incr} keep, in decimal text.
   *
   * @throws NumberFormatException
   *           it is none, or is not written as the store writes it: without leading zeros and without a plus sign
   */
  public long number() {
    String text = utf8();
    long number = Long.parseLong(text);
    if (!Long.toString(number).equals(text)) {
      throw new NumberFormatException("not as the store writes it: \"" + text + "\"");
    }
    return number;
  }

  /** The value in bytes. */
  public int valueSize() {
    return kv.getValue().size();
  }

  /** The revision that created the key, or created it again after its last delete. */
  public long createRevision() {
    return kv.getCreateRevision();
  }

  /** The revision of the last change. */
  public long modRevision() {
    return kv.getModRevision();
  }

  /** 1 at creation, one more for each change. */
  public long version() {
    return kv.getVersion();
  }

  /** The lease that the key hangs on; 0: none. */
  public long lease() {
    return kv.getLease();
  }

  ByteString valueBytes() {
    return kv.getValue();
  }

  ByteString keyBytes() {
    return kv.getKey();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyValue that && kv.equals(that.kv);
  }

  @Override
  public int hashCode() {
    return kv.hashCode();
  }

  /** Key, value and revisions for people. */
  @Override
  public String toString() {
    return keyUtf8() + "=" + utf8() + " (revision " + modRevision() + ", version " + version() + ")";
  }
}
