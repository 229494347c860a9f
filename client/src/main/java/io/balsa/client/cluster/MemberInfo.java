package io.balsa.client.cluster;

import java.util.Optional;

/**
 * A member as the log has it.
 *
 * @param id
 *          its name
 * @param incarnation
 *          which life of that name: another one after its disk was lost; 0: it was added, and no node has come with the name yet
 * @param voter
 *          whether it votes; else it learns
 * @param peerAddress
 *          where other nodes dial it
 * @param clientAddress
 *          where clients dial it, as it advertises
 * @param zone
 *          a label for what fails together; empty: none
 * @param priority
 *          who is preferred as leader: the highest
 * @param progress
 *          how it does; from the leader only, and not of the leader itself
 */
public record MemberInfo(String id, long incarnation, boolean voter, String peerAddress, String clientAddress,
    String zone, int priority, Optional<MemberProgress> progress) {
  /** Whether it was added, and no node has come with its name yet. */
  public boolean isReserved() {
    return incarnation == 0;
  }
}
