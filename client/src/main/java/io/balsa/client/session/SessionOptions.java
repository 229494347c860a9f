package io.balsa.client.session;

/**
 * How a session behaves.
 *
 * @param ttlMillis
 *          the TTL asked for; the server grants it or another
 * @param heldBytesMax
 *          how much the calls that are not answered yet may hold; beyond it a call is refused at once
 */
public record SessionOptions(long ttlMillis, long heldBytesMax) {
  public SessionOptions {
    if (ttlMillis <= 0 || heldBytesMax <= 0) {
      throw new IllegalArgumentException(
          "ttlMillis and heldBytesMax are to be positive: " + ttlMillis + ", " + heldBytesMax);
    }
  }
}
