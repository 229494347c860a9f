package io.balsa.storage.kv;

/** The files of the state do not hold what was written to them. The message says which, and what to do. */
public final class StateCorruptException extends StoreException {
  public StateCorruptException(String message) {
    super(message);
  }

  public StateCorruptException(String message, Throwable cause) {
    super(message, cause);
  }
}
