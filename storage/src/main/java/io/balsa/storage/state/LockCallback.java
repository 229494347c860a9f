package io.balsa.storage.state;

/**
 * Who waits for the outcome of a lock request (K2). Exactly one method is called, once: it returns at once. Both are facts of
 * committed entries, so they may be told without asking the other nodes.
 */
public interface LockCallback {
  /** It was granted with this fencing token, and was held as of the last batch applied. */
  void held(long token);

  /** It was refused, or is over: withdrawn, released, out of time, or its session ended. */
  void gone();
}
