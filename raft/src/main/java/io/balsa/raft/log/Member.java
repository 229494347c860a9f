package io.balsa.raft.log;

/**
 * A member of the cluster as the log knows it (I1): a node id is bound to one incarnation, the random number that its data
 * directory was given at its first start. The same id with another incarnation is another node.
 *
 * @param incarnation   {@link #RESERVED}: an operator has added the id, and nobody has come with it yet
 * @param voter         false: a learner, which receives the log and does not count
 * @param peerAddress   host:port where other nodes reach it
 * @param clientAddress host:port where clients reach it
 * @param priority      among voters that are as good otherwise, leadership goes to the highest (thesis 3.10)
 * @param zone          the fault domain that it stands in, for people and tools; empty: not said
 */
public record Member(NodeId id, long incarnation, boolean voter, String peerAddress, String clientAddress, int priority,
    String zone) {
  /** No node has this incarnation. */
  public static final long RESERVED = 0;

  private static final int ZONE_CHARACTERS_MAX = 64;

  public Member {
    if (incarnation == RESERVED && voter) {
      throw new IllegalArgumentException(id + " votes, and nobody has come with this id yet");
    }
    if (zone.length() > ZONE_CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "a zone has at most " + ZONE_CHARACTERS_MAX + " characters, not " + zone.length());
    }
  }

  /** A member of no zone with the priority of all. */
  public Member(NodeId id, long incarnation, boolean voter, String peerAddress, String clientAddress) {
    this(id, incarnation, voter, peerAddress, clientAddress, 0, "");
  }

  /** Nobody has come with this id yet: there is nothing to send to. */
  public boolean isReserved() {
    return incarnation == RESERVED;
  }

  /** This member as a voter. */
  public Member promoted() {
    return new Member(id, incarnation, true, peerAddress, clientAddress, priority, zone);
  }

  /** A node has come with this reserved id. */
  public Member boundTo(long newIncarnation, String newPeerAddress, String newClientAddress) {
    return new Member(id, newIncarnation, false, newPeerAddress, newClientAddress, priority, zone);
  }

  /** With other properties; who it is stays. */
  public Member updated(String newPeerAddress, String newClientAddress, int newPriority, String newZone) {
    return new Member(id, incarnation, voter, newPeerAddress, newClientAddress, newPriority, newZone);
  }

  /** A node that begins anew under the same id: it has promised nothing, so it does not vote. */
  public Member replacedBy(long newIncarnation) {
    return new Member(id, newIncarnation, false, peerAddress, clientAddress, priority, zone);
  }
}
