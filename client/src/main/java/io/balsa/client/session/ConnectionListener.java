package io.balsa.client.session;

/**
 * Hears of the state of a client's connection and session. Called on the client's thread, in order: a listener must be
 * quick and must not call blocking methods of the client. What it throws is logged and changes nothing.
 */
public interface ConnectionListener {
  /** Listens to nothing. */
  ConnectionListener NONE = new ConnectionListener() {
  };

  /** The session stream to the leader is up: calls flow. */
  default void connected(String endpoint) {}

  /** The session stream ended; calls wait, each up to its deadline, while the client looks for the leader. */
  default void disconnected(String endpoint, String reason) {}

  /**
   * The client can no longer promise that its session lives (K1): no renewal was acknowledged for the TTL less a margin. What
   * hangs on the session counts as lost from here on. The session may still turn out to live; calls go on being tried.
   */
  default void sessionLost(long sessionId) {}

  /**
   * The session is over: unanswered mutations end with {@code OutcomeUnknownException}, later calls get a new session.
   */
  default void sessionExpired(long sessionId, String reason) {}
}
