package io.balsa.client.kv;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** A range of keys in the order of their bytes, unsigned. Immutable. */
public final class KeyRange {
  /** As an end: there is none. As a start: the first key that can be. */
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
  private static final Comparator<ByteString> BYTES = ByteString.unsignedLexicographicalComparator();

  private final io.balsa.proto.v1.KeyRange range;

  private KeyRange(ByteString start, ByteString end) {
    this.range = io.balsa.proto.v1.KeyRange.newBuilder().setStart(start).setEnd(end).build();
  }

  /** Every key that begins with this text; an empty one: every key. */
  public static KeyRange prefix(String prefix) {
    return prefix(prefix.getBytes(StandardCharsets.UTF_8));
  }

  /** Every key that begins with these bytes; none: every key. */
  public static KeyRange prefix(byte[] prefix) {
    return prefix.length == 0 ? all() : new KeyRange(ByteString.copyFrom(prefix), after(prefix));
  }

  /** The first key behind all that begin with the prefix. */
  private static ByteString after(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(prefix, i + 1);
        end[i]++;
        return ByteString.copyFrom(end);
      }
    }
    return ZERO;
  }

  /** The keys from start, included, to end, excluded. */
  public static KeyRange between(String start, String end) {
    return between(start.getBytes(StandardCharsets.UTF_8), end.getBytes(StandardCharsets.UTF_8));
  }

  /** The keys from start, included, to end, excluded. */
  public static KeyRange between(byte[] start, byte[] end) {
    if (start.length == 0 || end.length == 0) {
      throw new IllegalArgumentException("start and end are keys: at least one byte each");
    }
    return new KeyRange(ByteString.copyFrom(start), ByteString.copyFrom(end));
  }

  /** Every key from start on. */
  public static KeyRange from(String start) {
    return from(start.getBytes(StandardCharsets.UTF_8));
  }

  /** Every key from start on. */
  public static KeyRange from(byte[] start) {
    if (start.length == 0) {
      throw new IllegalArgumentException("start is a key: at least one byte");
    }
    return new KeyRange(ByteString.copyFrom(start), ZERO);
  }

  /** Every key. */
  public static KeyRange all() {
    return new KeyRange(ZERO, ZERO);
  }

  /** This one key. */
  public static KeyRange single(String key) {
    return single(key.getBytes(StandardCharsets.UTF_8));
  }

  /** This one key. */
  public static KeyRange single(byte[] key) {
    return new KeyRange(ByteString.copyFrom(key), ByteString.EMPTY);
  }

  /** Whether the key lies in this range. */
  boolean contains(ByteString key) {
    int toStart = BYTES.compare(key, range.getStart());
    if (range.getEnd().isEmpty()) {
      return toStart == 0;
    }
    return toStart >= 0 && (range.getEnd().equals(ZERO) || BYTES.compare(key, range.getEnd()) < 0);
  }

  /** The part of this range up to and with the key, which lies in it. */
  KeyRange upTo(ByteString key) {
    return range.getEnd().isEmpty() ? this : new KeyRange(range.getStart(), key.concat(ZERO));
  }

  /** The part of this range from the key on, which lies in it. */
  KeyRange startingAt(ByteString key) {
    return range.getEnd().isEmpty() ? this : new KeyRange(key, range.getEnd());
  }

  boolean isSingle() {
    return range.getEnd().isEmpty();
  }

  static KeyRange of(ByteString key) {
    return new KeyRange(key, ByteString.EMPTY);
  }

  /** Not API: for the other packages of the SDK. */
  public io.balsa.proto.v1.KeyRange wire() {
    return range;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyRange that && range.equals(that.range);
  }

  @Override
  public int hashCode() {
    return range.hashCode();
  }

  @Override
  public String toString() {
    return "[" + range.getStart().toStringUtf8() + ", " + range.getEnd().toStringUtf8() + ")";
  }
}
