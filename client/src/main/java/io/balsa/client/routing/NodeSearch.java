package io.balsa.client.routing;

/** One call's search for a node to serve it: which to ask next, and what came of it. Confined to the client's thread. */
public interface NodeSearch {
  /** The address to try now. */
  String next(long now);

  /** How long to wait, from now, before the next attempt. */
  long delay(long now);

  /** The address gave its first answer, whatever it said, after this much time since it was asked. */
  default void answered(String address, long tookNanos) {
  }

  /** The address served the call, and leads. */
  void found(String address);

  /**
   * The address served the call, and does not lead.
   *
   * @param advertisedLeader
   *          the leader's address as that node knows it, or empty
   */
  void served(String address, String advertisedLeader, long now);

  /**
   * The address answered that it cannot serve the call.
   *
   * @param advertisedLeader
   *          the leader's address as that node knows it, or empty
   */
  void refused(String address, String advertisedLeader);

  /** The address could not be reached or broke, after this much time. */
  void failed(String address, long now, long tookNanos);

  /** The address was connected and gave no answer for this long: others are asked first. */
  void doubted(String address, long now, long tookNanos);

  /** The address is busy, and to be asked again. */
  void again(String address);
}
