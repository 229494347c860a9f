package io.balsa.client.kv;

/** How a {@link Guard} compares. Values are ordered by their unsigned bytes. */
public enum Comparison {
  /** What is there equals what is given. */
  EQUAL(io.balsa.proto.v1.Comparison.EQUAL),
  /** What is there does not equal what is given; also holds for the value of a missing key. */
  NOT_EQUAL(io.balsa.proto.v1.Comparison.NOT_EQUAL),
  /** What is there is less than what is given. */
  LESS(io.balsa.proto.v1.Comparison.LESS),
  /** What is there is greater than what is given. */
  GREATER(io.balsa.proto.v1.Comparison.GREATER);

  private final io.balsa.proto.v1.Comparison wire;

  Comparison(io.balsa.proto.v1.Comparison wire) {
    this.wire = wire;
  }

  io.balsa.proto.v1.Comparison wire() {
    return wire;
  }
}
