package io.balsa.cli.graph;

import io.balsa.client.lock.LockMode;
import io.balsa.client.lock.LockRequestInfo;

/**
 * A request that holds a lock or waits for it.
 *
 * @param key
 *          who re-enters its grant (K3), also where its owner counts in more than one session
 */
public record Standing(Owner owner, Owner key, LockRequestInfo request) {
  public boolean held() {
    return request.token() != 0;
  }

  boolean shared() {
    return request.mode() == LockMode.SHARED;
  }

  /** The request and its state: while two looks show the same, it was so all the time between them. */
  String moment() {
    return request.sessionId() + "/" + request.sequence() + (held() ? " held" : " waits");
  }
}
