package io.balsa.client.session;

import io.balsa.client.error.BalsaException;

/**
 * Hears what becomes of a {@link LeaseHandle}. Called on the client's thread, while the core works: it must be quick, must not
 * throw and must not call the core before it has returned.
 */
public interface LeaseListener {
  /** It lives. At most once; {@link LeaseHandle#id} and {@link LeaseHandle#ttlMillis} are known. */
  void alive();

  /** It will not be granted, or was not found; in place of {@link #alive}. */
  void notGranted(BalsaException error);

  /** It lived and does no more as far as this client can tell. At most once, and for good. */
  void lost(String reason);
}
