package io.balsa.server.config;

/**
 * How large what clients send may be. Checked before a command is proposed, never at apply, so that nodes may be set
 * differently (A1). Bytes.
 */
public record RequestLimits(int keyBytesMax, int valueBytesMax, int requestBytesMax) {
  /** Also the constants above which no node can be set. */
  public static final RequestLimits DEFAULT = new RequestLimits(4 << 10, 1 << 20, 3 << 19);
}
