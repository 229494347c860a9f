package io.balsa.server.identity;

/**
 * This node must not start as things stand; nothing was changed. The message is one for the operator: why, and what to do.
 */
public final class StartRefused extends Exception {
  public StartRefused(String message) {
    super(message);
  }

  public StartRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
