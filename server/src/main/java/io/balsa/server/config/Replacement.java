package io.balsa.server.config;

/**
 * Of nodes that lost their log (I3).
 *
 * @param automatic   they are replaced without an operator: they ask for it, and as leader this node does it
 * @param afterMillis as leader, only after so long without a connection to the node that is replaced
 */
public record Replacement(boolean automatic, long afterMillis) {
  public static final Replacement DEFAULT = new Replacement(true, 10_000);
}
