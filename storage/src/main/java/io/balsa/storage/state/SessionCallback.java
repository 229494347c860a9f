package io.balsa.storage.state;

/** Who waits for a session to come to a sequence. Exactly one method is called, once: it returns at once. */
public interface SessionCallback {
  /** The session's last sequence is at or behind the one waited for, and reads see its effects. */
  void reached();

  /** The session has no record any more. */
  void expired();
}
