package io.balsa.client.cluster;

/**
 * A member as the log has it.
 *
 * @param id
 *          its name
 * @param incarnation
 *          which life of that name: another one after its disk was lost
 * @param voter
 *          whether it votes; else it learns
 * @param peerAddress
 *          where other nodes dial it
 * @param clientAddress
 *          where clients dial it, as it advertises
 */
public record MemberInfo(String id, long incarnation, boolean voter, String peerAddress, String clientAddress) {}
